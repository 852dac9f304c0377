import { Duration, Gate, Rollout } from 'inferstack';
import {
  endpointIn,
  exampleModel,
  inStack,
  type Options,
  type Props,
  type Resource,
  synthesize,
  type Template,
  templateOf,
} from '../support/synthesize';

const CANARY = Rollout.canary({ percent: 10, gates: [Gate.errors(), Gate.latency({ name: 'slow' })] });
const release = (options: Options = {}, props: Props = {}) =>
  synthesize({ release: '1', ...options }, { rollout: CANARY, ...props });
const serviceOf = (template: Template) => template.find('google_cloud_run_v2_service');
const revisionOf = (template: Template): string => serviceOf(template)['template'].revision;

let template: Template;
beforeAll(() => {
  template = release();
});
const only = (type: string) => template.find(type);
const reference = (type: string, id: string, attribute = 'id') =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.Endpoint_${id}_[0-9A-F]{8}\\.${attribute}\\}$`));

describe('the service', () => {
  test('sends all requests to its own first revision by name, and to no other by an apply', () => {
    const service = serviceOf(template);
    expect(revisionOf(template)).toMatch(/^serving-endpoint-1-[0-9a-f]{8}$/);
    expect(service['traffic']).toEqual([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: revisionOf(template), percent: 100 },
    ]);
    expect(service['lifecycle']).toEqual({ ignore_changes: ['traffic', 'client', 'client_version'] });
  });

  test('names a revision anew for whatever it is made of, overrides included', () => {
    const others = [
      release({}, { model: exampleModel('breast-cancer', '2') }),
      release({}, { resources: { cpuMillis: 2000 } }),
      release({ labels: { team: 'risk' } }),
      release({ release: '2' }),
      inStack((stack) => {
        const { native } = endpointIn(stack, { release: '1' }, { rollout: CANARY });
        native.service.addOverride('template.session_affinity', true);
        return templateOf(stack);
      }),
    ];
    const names = [template, ...others].map(revisionOf);
    expect(new Set(names).size).toBe(names.length);
  });

  test('names it alike for the same program, and for what does not touch it', () => {
    expect(release().json).toEqual(template.json);
    expect(revisionOf(release({ deletionProtection: false }))).toBe(revisionOf(template));
  });

  test('going back to a former version differs by the release alone', () => {
    const back = release({ release: '3' });
    expect(revisionOf(back)).toBe(revisionOf(template).replace('-1-', '-3-'));
    const text = (of: Template, name: string) => JSON.stringify(of.json).replaceAll(name, '<revision>');
    expect(text(back, revisionOf(back))).toBe(text(template, revisionOf(template)));
  });

  test('of a rolling endpoint with a release has the name, and follows the latest as ever', () => {
    const rolling = serviceOf(synthesize({ release: '1' }));
    expect(rolling['template'].revision).toMatch(/^serving-endpoint-1-/);
    expect(rolling['traffic']).toEqual([{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }]);
    expect(rolling).not.toHaveProperty('lifecycle');
  });
});

describe('the models', () => {
  test('of a version before stay, and its account may still read them', () => {
    for (const rollout of [CANARY, Rollout.rolling()]) {
      const before = release({}, { rollout });
      const after = release({ release: '2' }, { rollout, model: exampleModel('breast-cancer', '2') });
      const object = before.find('google_storage_bucket_object');
      // Terraform forgets it and leaves it where it is.
      expect(object['deletion_policy']).toBe('ABANDON');
      const access = after.find('google_storage_bucket_iam_member');
      expect(access).toEqual(before.find('google_storage_bucket_iam_member'));
      const [, folder] = /\/objects\/(.+)"\)$/.exec(access['condition'].expression)!;
      expect(object['name'].startsWith(folder)).toBe(true);
      const account = (of: Template) => serviceOf(of)['template'].service_account;
      expect(account(after)).toBe(account(before));
      expect(after.all('google_service_account')['ServiceAccount']).toEqual(
        before.all('google_service_account')['ServiceAccount'],
      );
    }
  });
});

describe('the way of an alarm', () => {
  test('leads to the topic, and from there to the workflow that goes back', () => {
    const channel = Object.values(template.all('google_monitoring_notification_channel'));
    expect(channel).toMatchObject([
      { type: 'pubsub', labels: { topic: reference('google_pubsub_topic', 'RollbackTopic') } },
    ]);
    const policies = template.all('google_monitoring_alert_policy');
    expect(Object.keys(policies)).toHaveLength(6);
    for (const [id, policy] of Object.entries(policies)) {
      const aboutWorkflows = ['RolloutAlert', 'RollbackAlert'].includes(id);
      expect(policy['notification_channels'] ?? []).toEqual(
        aboutWorkflows ? [] : [reference('google_monitoring_notification_channel', 'RollbackChannel')],
      );
    }
    expect(only('google_eventarc_trigger')).toMatchObject({
      name: 'serving-endpoint-rollback',
      location: 'europe-west1',
      matching_criteria: [{ attribute: 'type', value: 'google.cloud.pubsub.topic.v1.messagePublished' }],
      transport: { pubsub: { topic: reference('google_pubsub_topic', 'RollbackTopic') } },
      destination: { workflow: reference('google_workflows_workflow', 'RollbackWorkflow') },
      service_account: reference('google_service_account', 'RolloutTriggerAccount', 'email'),
    });
  });

  test('may be used by Cloud Monitoring alone', () => {
    expect(only('google_pubsub_topic_iam_member')).toMatchObject({
      topic: reference('google_pubsub_topic', 'RollbackTopic', 'name'),
      role: 'roles/pubsub.publisher',
      member: expect.stringMatching(
        /^serviceAccount:service-\$\{data\.google_project\..*\.number\}@gcp-sa-monitoring-notification\.iam\.gserviceaccount\.com$/,
      ),
      depends_on: [
        expect.stringMatching(/^google_monitoring_notification_channel\.Endpoint_RollbackChannel_/),
      ],
    });
  });
});

test('a clock has the rollout do its next step every minute', () => {
  expect(only('google_cloud_scheduler_job')).toMatchObject({
    schedule: '* * * * *',
    http_target: {
      http_method: 'POST',
      uri: expect.stringMatching(
        /^https:\/\/workflowexecutions\.googleapis\.com\/v1\/\$\{google_workflows_workflow\.Endpoint_RolloutWorkflow_.*\.id\}\/executions$/,
      ),
      oauth_token: {
        service_account_email: reference('google_service_account', 'RolloutTriggerAccount', 'email'),
      },
    },
  });
});

describe('rights', () => {
  test('who moves requests may read and write this one service, and act as its account', () => {
    expect(only('google_project_iam_custom_role')['permissions']).toEqual([
      'run.revisions.get',
      'run.services.get',
      'run.services.update',
    ]);
    const member = reference('google_service_account', 'RolloutAccount', 'member');
    expect(granted(template, member)).toEqual([
      [
        'google_cloud_run_v2_service_iam_member',
        expect.stringMatching(
          /^projects\/my-project-123\/roles\/\$\{google_project_iam_custom_role\.Endpoint_RolloutRole_.*\.role_id\}$/,
        ),
      ],
      ['google_service_account_iam_member', 'roles/iam.serviceAccountUser'],
    ]);
    expect(only('google_cloud_run_v2_service_iam_member')['name']).toEqual(
      reference('google_cloud_run_v2_service', 'Service', 'name'),
    );
    expect(only('google_service_account_iam_member')['service_account_id']).toEqual(
      reference('google_service_account', 'ServiceAccount', 'name'),
    );
    for (const workflow of Object.values(template.all('google_workflows_workflow'))) {
      expect(workflow['service_account']).toEqual(reference('google_service_account', 'RolloutAccount'));
    }
  });

  test('who starts that may start workflows, which is a right on the project alone', () => {
    const member = reference('google_service_account', 'RolloutTriggerAccount', 'member');
    expect(granted(template, member)).toEqual([['google_project_iam_member', 'roles/workflows.invoker']]);
  });

  test('with an account of yours the right is on that', () => {
    const serviceAccount = 'serving@my-project-123.iam.gserviceaccount.com';
    const yours = release({ access: { serviceAccount } });
    expect(yours.find('google_service_account_iam_member')['service_account_id']).toBe(
      `projects/my-project-123/serviceAccounts/${serviceAccount}`,
    );
  });
});

test('gates are alerts on the new revision, beside those of the endpoint', () => {
  const queries = Object.entries(template.all('google_monitoring_alert_policy')).map(
    ([id, policy]: [string, Resource]): [string, string] => [
      id.replace(/-[0-9a-f]{8}$/, ''),
      policy['conditions'][0].condition_prometheus_query_language.query,
    ],
  );
  expect(queries.map(([id]) => id)).toEqual([
    ...['ErrorsAlert', 'Gate', 'Gate', 'LatencyAlert'],
    ...['RollbackAlert', 'RolloutAlert'],
  ]);
  for (const [id, query] of queries) {
    expect(query.includes(`revision_name="${revisionOf(template)}"`)).toBe(id === 'Gate');
  }
});

test('alarms judge each revision by itself', () => {
  const { ErrorsAlert, LatencyAlert } = template.all('google_monitoring_alert_policy');
  const query = (alert: Resource) => alert['conditions'][0].condition_prometheus_query_language.query;
  const sums = (alert: Resource) => query(alert).match(/sum by \([^)]*\) \(\w+\(/g);
  const each = 'sum by (revision_name) (';
  expect(sums(ErrorsAlert!)).toEqual([`${each}rate(`, `${each}rate(`, `${each}increase(`]);
  expect(sums(LatencyAlert!)).toEqual(['sum by (le, revision_name) (rate(', `${each}increase(`]);
  const rolling = synthesize().all('google_monitoring_alert_policy');
  expect(JSON.stringify(rolling)).not.toContain('revision_name');
});

test('workflows that fail are told to people, and roll nothing back', () => {
  const told = release({ alarms: { emails: ['on-call@example.com'] } });
  const { RolloutAlert, RollbackAlert } = told.all('google_monitoring_alert_policy');
  for (const [alert, workflow, most] of [
    [RolloutAlert!, 'serving-endpoint-rollout', 12],
    [RollbackAlert!, 'serving-endpoint-rollback', 0],
  ] as const) {
    expect(alert['notification_channels']).toEqual([
      expect.stringMatching(/^\$\{google_monitoring_notification_channel\.Endpoint_Email-\w+_\w+\.id\}$/),
    ]);
    expect(alert['conditions'][0].condition_prometheus_query_language.query).toBe(
      'sum(increase(workflows_googleapis_com:finished_execution_count{' +
        'monitored_resource="workflows.googleapis.com/Workflow",project_id="my-project-123",' +
        `location="europe-west1",workflow_id="${workflow}",status="FAILED"}[15m])) > ${most}`,
    );
  }
});

test('accounts of two regions do not meet', () => {
  const ids = (region: string) =>
    ['RolloutAccount', 'RolloutTriggerAccount'].map(
      (id) => release({ region }).all('google_service_account')[id]!['account_id'],
    );
  const all = [...ids('europe-west1'), ...ids('us-east1')];
  expect(new Set(all).size).toBe(4);
  for (const id of all) expect(id).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
});

test('what moves nothing has none of it', () => {
  const types = synthesize().types;
  for (const type of ['workflows_workflow', 'eventarc_trigger', 'pubsub_topic', 'cloud_scheduler_job']) {
    expect(template.types).toContain(`google_${type}`);
    expect(types).not.toContain(`google_${type}`);
  }
});

test('the resources are the user’s to change', () => {
  inStack((stack) => {
    const rollout = Rollout.linear({ step: 50, interval: Duration.minutes(5) });
    const { native } = endpointIn(stack, { release: '1' }, { rollout });
    native.rollout!.clock.addOverride('paused', true);
    expect(templateOf(stack).find('google_cloud_scheduler_job')['paused']).toBe(true);
    expect(endpointIn(stack, {}, {}, 'Other').native.rollout).toBeUndefined();
  });
});

/** Every right of a member: type of the grant, and role. */
function granted({ types, all }: Template, member: unknown): unknown[] {
  return types
    .filter((type) => type.endsWith('_iam_member'))
    .flatMap((type) => Object.values(all(type)).map((grant) => [type, grant] as const))
    .filter(([, grant]) => {
      try {
        expect(grant['member']).toEqual(member);
        return true;
      } catch {
        return false;
      }
    })
    .map(([type, { role }]) => [type, role]);
}
