import { jsonDocument } from '../../terraform';

/** A resource of a template of Azure Resource Manager. */
export interface ArmResource {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly [property: string]: unknown;
}

const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

/** Resources as a template that holds no expressions: text of a user stays text. */
export function armTemplate(resources: readonly ArmResource[]): string {
  return jsonDocument({ $schema: SCHEMA, contentVersion: '1.0.0.0', resources: verbatim(resources) });
}

/**
 * Text in brackets would be an expression; a second bracket says that it is not.
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters
 */
function verbatim(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('[') ? `[${value}` : value;
  if (Array.isArray(value)) return value.map(verbatim);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, verbatim(child)]));
}
