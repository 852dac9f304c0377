import type { ModelPackage } from '@inferstack/runtime/model';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import type { EndpointPlan } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';
import { endpointIn, newStack } from './support';

const { stack: planStack, vpc: planVpc } = newStack();
const plan = endpointIn(planStack, { vpc: planVpc }).plan;

/** Template and what the tool tells the user: a warning is an output as well. */
function render(given: EndpointPlan): string {
  const { stack, vpc } = newStack();
  const scope = new Construct(stack, 'Endpoint');
  new FargateEndpoint({ vpc }).bind(scope, given);
  const warnings = scope.node.metadata
    .filter(({ type }) => type === 'aws:cdk:warning')
    .map(({ data }) => data);
  return JSON.stringify([Template.fromStack(stack).toJSON(), warnings]);
}

const base = render(plan);

describe('model', () => {
  const withModel = (model: Partial<ModelPackage>) => ({ ...plan, model: { ...plan.model, ...model } });

  test('another digest changes the output', () => {
    expect(render(withModel({ digest: `sha256:${'1'.repeat(64)}` }))).not.toBe(base);
  });

  test('another name or version changes the output', () => {
    const { manifest } = plan.model;
    expect(render(withModel({ manifest: { ...manifest, version: '3' } }))).not.toBe(base);
    expect(render(withModel({ manifest: { ...manifest, name: 'other' } }))).not.toBe(base);
  });

  test('a large package gets the storage it needs, and one that is too large is refused', () => {
    const GIB = 1024 ** 3;
    expect(render(withModel({ bytes: 10 * GIB }))).toContain('"EphemeralStorage":{"SizeInGiB":24}');
    expect(render(withModel({ bytes: 8 * GIB }))).not.toContain('EphemeralStorage');
    expect(() => render(withModel({ bytes: 99 * GIB }))).toThrow(/AWS_STORAGE .* at most 98 GiB/);
  });
});
