import type { BlockSchema, ProviderSchema } from './block-schema';
import { type DynamicValue, decodeDynamic, decodeObject, encodeDynamic } from './dynamic-value';
import { namedByCloud } from './named-by-cloud';
import { appliedState, plannedState } from './planned-state';
import type { ProviderName } from './provider-package';
import { replacedBecause } from './replacement';
import { judge, type Problem } from './rules/judge';
import type { ValueObject } from './value';
import { wireSchemas } from './wire-schema';

interface TypedRequest {
  readonly type_name: string;
  readonly config: DynamicValue;
  readonly prior_state: DynamicValue;
  readonly proposed_new_state: DynamicValue;
  readonly planned_state: DynamicValue;
  readonly current_state: DynamicValue;
  readonly raw_state: { readonly json: Uint8Array };
}

/** One answer of the protocol, given a request. */
export type Method = (request: TypedRequest) => object;

/**
 * A provider that has the schemas and rules of the real one, and no cloud behind it: what is applied is what was
 * planned, and what is read is what was applied.
 */
export function providerService(schema: ProviderSchema): Readonly<Record<string, Method>> {
  const name = schema.name as ProviderName;
  const schemas = wireSchemas(schema);
  const resource = (type: string) => need(schema.resources, type);
  return {
    GetSchema: () => schemas,
    PrepareProviderConfig: ({ config }) => ({
      prepared_config: config,
      diagnostics: diagnostics(judge(name, schema.provider, decodeObject(config))),
    }),
    ValidateResourceTypeConfig: ({ type_name: type, config }) => ({
      diagnostics: diagnostics(judge(type, resource(type), decodeObject(config))),
    }),
    ValidateDataSourceConfig: ({ type_name: type, config }) => ({
      diagnostics: diagnostics(judge(`data.${type}`, need(schema.dataSources, type), decodeObject(config))),
    }),
    Configure: () => ({}),
    UpgradeResourceState: ({ raw_state }) => ({ upgraded_state: { json: raw_state.json } }),
    ReadResource: ({ current_state }) => ({ new_state: current_state }),
    PlanResourceChange: (request) => plan(name, resource(request.type_name), request),
    ApplyResourceChange: (request) => apply(resource(request.type_name), request),
    ReadDataSource: ({ type_name: type, config }) => {
      const block = need(schema.dataSources, type);
      return { state: encodeDynamic(appliedState(block, decodeObject(config), `data.${type}`)) };
    },
    Stop: () => ({}),
  };
}

function plan(provider: ProviderName, block: BlockSchema, request: TypedRequest): object {
  const proposed = decodeDynamic(request.proposed_new_state);
  if (proposed === null) return { planned_state: request.proposed_new_state };
  const planned = plannedState(block, proposed as ValueObject);
  const prior = decodeDynamic(request.prior_state);
  const replaced =
    prior === null ? [] : replacedBecause(provider, request.type_name, prior as ValueObject, planned);
  return {
    planned_state: encodeDynamic(planned),
    requires_replace: replaced.map((name) => ({ steps: [{ attribute_name: name }] })),
  };
}

function apply(block: BlockSchema, { type_name, planned_state }: TypedRequest): object {
  const planned = decodeDynamic(planned_state);
  if (planned === null) return { new_state: planned_state };
  const state = planned as ValueObject;
  const named = [state['name'], state['id'], state['account_id']].find((value) => typeof value === 'string');
  const seed = `${type_name}/${named ?? JSON.stringify(state)}`;
  const known = namedByCloud(type_name, state);
  return { new_state: encodeDynamic(appliedState(block, { ...state, ...known }, seed)) };
}

function diagnostics(problems: readonly Problem[]): object[] {
  return problems.map(({ path, message, rule, source }) => ({
    severity: 'ERROR',
    summary: `${message} [${rule}]`,
    detail: `At ${path.join('.')}. Source: ${source}`,
    attribute: {
      steps: path.map((step) =>
        typeof step === 'number' ? { element_key_int: step } : { attribute_name: step },
      ),
    },
  }));
}

function need(blocks: ReadonlyMap<string, BlockSchema>, type: string): BlockSchema {
  const block = blocks.get(type);
  if (block === undefined) throw new Error(`terraform asked for ${type}, which was not served`);
  return block;
}
