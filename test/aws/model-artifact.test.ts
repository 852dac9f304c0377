import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { type EndpointPlan, ModelSource } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';
import { exampleModel } from '../support/endpoint';
import { endpointIn, newStack } from './support';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

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
  const withModel = (model: Partial<ModelPackage>) => ({
    ...plan,
    models: [{ ...plan.models[0], ...model }] as const,
  });

  test('another digest changes the output', () => {
    expect(render(withModel({ digest: `sha256:${'1'.repeat(64)}` }))).not.toBe(base);
  });

  test('another name or version changes the output', () => {
    const { manifest } = plan.models[0];
    expect(render(withModel({ manifest: { ...manifest, version: '3' } }))).not.toBe(base);
    expect(render(withModel({ manifest: { ...manifest, name: 'other' } }))).not.toBe(base);
  });

  test('a large package gets the storage it needs, and one that is too large is refused', () => {
    const GIB = 1024 ** 3;
    expect(render(withModel({ bytes: 10 * GIB }))).toContain('"EphemeralStorage":{"SizeInGiB":24}');
    expect(render(withModel({ bytes: 8 * GIB }))).not.toContain('EphemeralStorage');
    expect(() => render(withModel({ bytes: 99 * GIB }))).toThrow(/AWS_STORAGE .* at most 98 GiB/);
  });

  test('of several models each is an object of its own, and the right to read ends with them', () => {
    const second = openModelPackage(exampleModel('digits', '1'));
    const { stack, vpc } = newStack();
    const scope = new Construct(stack, 'Endpoint');
    const { native } = new FargateEndpoint({ vpc }).bind(scope, {
      ...plan,
      models: [plan.models[0], second],
    });
    const objects = native.modelAssets.map(({ s3ObjectKey }) => s3ObjectKey);
    expect(new Set(objects).size).toBe(2);
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const statements = policies.flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
    );
    const reads = statements.filter(({ Action }) => Action === 's3:GetObject');
    expect(reads).toHaveLength(1);
    const readable = [reads[0]!.Resource].flat().map((arn) => JSON.stringify(arn));
    expect(readable).toEqual(objects.map((key) => expect.stringContaining(`/${key}"`)));
  });
  test('a version that may be gone back to keeps its right to read until the new one has stayed', () => {
    const policyOf = (version: string) => {
      const { stack, vpc } = newStack();
      endpointIn(
        stack,
        { vpc },
        { model: ModelSource.fromDirectory(exampleModel('breast-cancer', version)) },
      );
      const template = Template.fromStack(stack);
      const [[id]] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([name]) =>
        name.includes('ReadModels'),
      ) as [[string, unknown]];
      const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
      expect(task!['DependsOn']).toContain(id);
      return id;
    };
    // Resources of other ids: CloudFormation makes the new one before the service changes and removes the old one last.
    expect(policyOf('1')).not.toBe(policyOf('2'));
    expect(policyOf('1')).toBe(policyOf('1'));
  });
});
