import type { AttributeSchema, BlockSchema } from '../block-schema';
import { blocksOf, type Value, type ValueObject } from '../value';
import { applicationGatewayRules } from './application-gateway';
import { azureRules } from './azure';
import { cloudRunRules } from './cloud-run';
import { containerAppRules } from './container-app';
import { googleRules } from './google';
import { machineLearningRules } from './machine-learning';
import type { Problem, Rule, Step } from './rule';
import { vertexRules } from './vertex';
import { workflowsRules } from './workflows';

export type { Problem } from './rule';

export const rules: readonly Rule[] = [
  ...containerAppRules,
  ...azureRules,
  ...applicationGatewayRules,
  ...cloudRunRules,
  ...googleRules,
  ...vertexRules,
  ...workflowsRules,
  ...machineLearningRules,
];

/** What is wrong with a configuration that fits the schema. Values that are not known yet are not judged. */
export function judge(type: string, block: BlockSchema, config: ValueObject): Problem[] {
  const own = rules.filter(({ types }) => types.includes(type));
  const found = own.flatMap(({ id, source, check }) =>
    check(config).map((finding) => ({ ...finding, rule: id, source })),
  );
  return [...found, ...argumentProblems(block, config, [])];
}

/** What the schema says of single arguments and terraform leaves to the provider, at any depth. */
function argumentProblems(block: BlockSchema, config: ValueObject, at: readonly Step[]): Problem[] {
  const here = block.attributes.flatMap((attribute) => {
    const value = config[attribute.name];
    return [...undocumented(attribute, value, at), ...unwritable(attribute, value, at)];
  });
  const below = block.blocks.flatMap(({ name, block: inner }) =>
    blocksOf(config[name]).flatMap((item, i) => argumentProblems(inner, item, [...at, name, i])),
  );
  return [...here, ...below];
}

/** Values outside of those that the documentation of an argument lists. */
function undocumented(
  { name, allowed }: AttributeSchema,
  value: Value | undefined,
  at: readonly Step[],
): Problem[] {
  if (allowed === undefined) return [];
  const words = (Array.isArray(value) ? (value as readonly Value[]) : [value]).filter(
    (word): word is string => typeof word === 'string',
  );
  return words
    .filter((word) => !allowed.includes(word))
    .map((word) => ({
      path: [...at, name],
      message: `${name} must be one of ${allowed.join(', ')}; got "${word}"`,
      rule: 'documented-values',
      source: 'the documentation of the argument, as the npm package of the provider carries it',
    }));
}

function unwritable(
  { name, required, optional }: AttributeSchema,
  value: Value | undefined,
  at: readonly Step[],
): Problem[] {
  if (required || optional || value === null || value === undefined) return [];
  return [
    {
      path: [...at, name],
      message: `${name} is decided by the provider: it cannot be set`,
      rule: 'read-only',
      source:
        'https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.37.0/helper/schema/schema.go (Computed)',
    },
  ];
}
