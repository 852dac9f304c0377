import { blocksOf } from '../value';
import { json, pattern, type Rule, relation } from './rule';

/** The tag of a revision and the name of the service are one label of a host name. */
const taggedName = relation({
  id: 'google_cloud_run_v2_service.tagged-name',
  types: ['google_cloud_run_v2_service'],
  // "Combined traffic tag and service name cannot exceed 46 characters"
  source: 'https://github.com/PolicyEngine/policyengine-api/issues/3729',
  check: ({ name, traffic }) =>
    blocksOf(traffic)
      .filter(({ tag }) => typeof tag === 'string' && tag !== '' && `${tag}${String(name)}`.length > 46)
      .map(({ tag }) => ({
        path: ['traffic'],
        message: `tag ${String(tag)} and name ${String(name)}: 46 characters together at most`,
      })),
  faults: [{ 'traffic.0.tag': 'a'.repeat(36) }],
  edges: [{ 'traffic.0.tag': 'a'.repeat(35) }],
});

export const workflowsRules: readonly Rule[] = [
  taggedName,
  pattern(
    {
      types: ['google_workflows_workflow'],
      argument: 'name',
      source: 'https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows/create',
    },
    /^[A-Za-z]([A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/,
    { good: ['a', 'a'.repeat(64)], bad: ['a'.repeat(65), '1a', 'a-'] },
  ),
  // YAML is taken as well; what is written here is the part of it that is JSON.
  json({
    types: ['google_workflows_workflow'],
    argument: 'source_contents',
    source: 'https://cloud.google.com/workflows/docs/reference/syntax',
  }),
  pattern(
    {
      types: ['google_project_iam_custom_role'],
      argument: 'role_id',
      source:
        'https://github.com/hashicorp/terraform-provider-google/blob/v6.50.0/google/services/resourcemanager/iam_role.go',
    },
    /^[a-zA-Z0-9_.]{3,64}$/,
    { good: ['abc', 'a'.repeat(64)], bad: ['ab', 'a'.repeat(65), 'a-b'] },
  ),
];
