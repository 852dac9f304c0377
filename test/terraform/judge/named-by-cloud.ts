import { blocksOf, Unknown, type ValueObject } from './value';

/** What a cloud makes of other arguments when it creates a resource, where configurations count on it. */
export function namedByCloud(type: string, planned: ValueObject): ValueObject {
  const name = planned['latest_revision_name'];
  if (type !== 'azurerm_container_app' || !(name instanceof Unknown)) return {};
  const [suffix] = blocksOf(planned['template']).map(({ revision_suffix: given }) => given);
  return typeof suffix === 'string' ? { latest_revision_name: `${planned['name']}--${suffix}` } : {};
}
