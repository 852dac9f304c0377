import type { ProviderName } from './provider-package';
import { hasUnknown, sameValue, type ValueObject } from './value';

/**
 * Arguments whose change makes a new resource. The bindings do not carry this; it is copied by hand for the types
 * a plan is judged with, from "Changing this forces a new resource to be created" in
 * https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs and, for google, from `ForceNew: true` in
 * https://github.com/hashicorp/terraform-provider-google/tree/v6.50.0/google/services
 */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  azurerm: ['name', 'location', 'resource_group_name'],
  azurerm_container_app: ['container_app_environment_id'],
  azurerm_monitor_autoscale_setting: ['target_resource_id'],
  azurerm_role_assignment: ['scope', 'role_definition_name', 'role_definition_id', 'principal_id'],
  azurerm_storage_account: ['account_kind', 'is_hns_enabled'],
  azurerm_storage_blob: [
    'storage_account_name',
    'storage_container_name',
    'type',
    'source',
    'source_content',
    'source_uri',
  ],
  azurerm_storage_container: ['storage_account_id', 'storage_account_name'],
  google: ['name', 'location', 'project'],
  google_artifact_registry_repository: ['repository_id', 'format'],
  google_cloud_run_v2_service_iam_member: ['role', 'member'],
  google_project_iam_member: ['role', 'member'],
  google_service_account: ['account_id'],
  google_kms_crypto_key_iam_member: ['crypto_key_id', 'role', 'member'],
  google_vertex_ai_endpoint: ['network', 'encryption_spec'],
  google_storage_bucket_iam_member: ['bucket', 'role', 'member'],
  google_storage_bucket_object: ['bucket', 'source', 'content'],
};

/** The arguments for whose sake terraform has to replace the resource: those whose new value is known to differ. */
export function replacedBecause(
  provider: ProviderName,
  type: string,
  prior: ValueObject,
  planned: ValueObject,
): string[] {
  const names = [...(REPLACED[provider] ?? []), ...(REPLACED[type] ?? [])];
  return names.filter(
    (name) => name in planned && (hasUnknown(planned[name]) || !sameValue(prior[name], planned[name])),
  );
}
