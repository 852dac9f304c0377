import { BATCH_EXIT, BATCH_RETRYABLE, parseBatchConfig } from '@inferstack/runtime/contract';
import { RootConstruct } from 'constructs';
import { BatchScoringJob, DataLocation, Duration, RuntimeImage, Schedule } from 'inferstack';
import { KubernetesBatch, ModelDelivery } from 'inferstack/kubernetes';
import { JOB } from '../../support/batch';
import { problemsOf } from '../../support/endpoint';
import { schemaErrors } from '../support/strict-schema';
import { type BatchProps, batch, specOf } from './support';

const nightly = batch(
  { pushgateway: 'http://gateway.monitoring.svc:9091', ruleLabels: { release: 'prometheus' } },
  {
    schedule: Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin' }),
    run: {
      image: RuntimeImage.fromRegistry('registry.example.com/runtime:1'),
      ...{ parallelism: 8, attempts: 4, timeout: Duration.minutes(30) },
    },
    monitoring: { runbookUrl: 'https://runbooks.example.com' },
  },
);
const everything = batch(
  {
    ...{ name: 'tumours', namespace: 'other', scratchMiB: 100 },
    model: ModelDelivery.fromUrl('s3://models/production', { secretName: 'store' }),
    allowTo: [{ to: { cidr: '169.254.169.254/32' }, ports: [80] }],
    pod: {
      imagePullSecrets: ['registry'],
      nodeSelector: { pool: 'batch' },
      tolerations: [{ key: 'batch', operator: 'Exists' }],
      priorityClassName: 'low',
      serviceAccountAnnotations: { a: 'b' },
    },
  },
  { input: { from: DataLocation.at({ kubernetes: { claim: 'source' } }) } },
);

const cronJob = nightly.find('CronJob');
const job = specOf(cronJob, '.jobTemplate.spec');
const pod = job.template.spec;
const [container] = pod.containers;

test.each([
  ['a nightly job', nightly],
  ['every option', everything],
])('%s is what Kubernetes and the Prometheus operator take', (_, { manifests }) => {
  expect(manifests.flatMap(schemaErrors)).toEqual([]);
});

test('a run comes at its time, one at a time', () => {
  expect(specOf(cronJob)).toMatchObject({
    ...{ schedule: '0 3 * * *', timeZone: 'Europe/Berlin', suspend: false, concurrencyPolicy: 'Forbid' },
  });
});

test('without a schedule the CronJob is there to be started by hand', () => {
  expect(specOf(everything.find('CronJob'))).toMatchObject({ suspend: true });
});

test('workers have numbers, tries of their own, and an end', () => {
  expect(job).toMatchObject({
    completionMode: 'Indexed',
    completions: 8,
    parallelism: 8,
    backoffLimitPerIndex: 3,
    // Four tries of half an hour, and the wait for a node before each.
    activeDeadlineSeconds: 4 * (1800 + 900),
  });
  expect(pod).toMatchObject({ restartPolicy: 'Never', activeDeadlineSeconds: 1860 });
});

test('workers are told which Job they are of', () => {
  const fieldPath = "metadata.labels['batch.kubernetes.io/controller-uid']";
  expect(container.env).toContainEqual({
    name: 'INFERSTACK_EXECUTION',
    valueFrom: { fieldRef: { fieldPath } },
  });
});

test('what is lost is tried again, and what is wrong is not', () => {
  const [ignore, ...fail] = job.podFailurePolicy.rules;
  expect(ignore).toMatchObject({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] });
  const codes: number[] = fail.flatMap(
    (rule: { onExitCodes: { values: number[] } }) => rule.onExitCodes.values,
  );
  const final = Object.values(BATCH_EXIT).filter((code) => code !== 0 && !BATCH_RETRYABLE.includes(code));
  expect(codes.sort()).toEqual(final.sort());
  expect(fail.map(({ action }: { action: string }) => action)).toEqual(['FailJob', 'FailIndex']);
});

test('a worker passes the restricted standard, and reads by a mount that is read-only', () => {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      fsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  });
  expect(container.securityContext).toEqual({
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    capabilities: { drop: ['ALL'] },
  });
  expect(container.volumeMounts).toEqual(
    expect.arrayContaining([
      { name: 'data', mountPath: '/var/lib/inferstack/input', readOnly: true },
      { name: 'data', mountPath: '/var/lib/inferstack/output' },
    ]),
  );
});

test('volumes of their own for input and output', () => {
  const { volumes } = specOf(everything.find('CronJob'), '.jobTemplate.spec.template.spec');
  expect(volumes).toEqual(
    expect.arrayContaining([
      { name: 'input', persistentVolumeClaim: { claimName: 'source', readOnly: true } },
      { name: 'output', persistentVolumeClaim: { claimName: 'patients' } },
    ]),
  );
});

test('the runtime gets what the construct tells', () => {
  const { data } = nightly.find('ConfigMap', nightly.job.native.configMap.name);
  const config = parseBatchConfig(data!['config.json']!);
  expect(config).toEqual(nightly.job.runtimeConfig);
  expect(config).toMatchObject({
    model: { uri: '/var/lib/inferstack/model/model.tar.gz' },
    batch: {
      input: { uris: ['/var/lib/inferstack/input/daily/'] },
      output: { uri: '/var/lib/inferstack/output/scores/' },
      shards: { assignment: 'index', workers: 8 },
    },
    telemetry: { emf: false, pushgateway: 'http://gateway.monitoring.svc:9091' },
  });
});

test('nobody connects to workers, and they to what they need alone', () => {
  expect(specOf(nightly.find('NetworkPolicy'))).toMatchObject({
    podSelector: { matchLabels: { 'app.kubernetes.io/component': 'scoring-job' } },
    ingress: [],
    egress: [
      {},
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }] },
    ],
  });
  expect(specOf(batch().find('NetworkPolicy')).egress).toEqual([]);
});

test('alarms are for this job, and off when they are switched off', () => {
  const alerts: { alert: string; expr: string; annotations: object }[] = specOf(
    nightly.find('PrometheusRule'),
  ).groups[0].rules;
  expect(alerts.map(({ alert }) => alert)).toEqual(['InferstackJobFailed', 'InferstackJobMissing']);
  for (const { expr, annotations } of alerts) {
    expect(expr).toContain('cronjob="serving-nightly-scores",namespace="models"');
    expect(annotations).toMatchObject({ runbook_url: 'https://runbooks.example.com' });
  }
  const off = batch({}, { monitoring: { failed: false, missing: false } });
  expect(off.manifests.filter(({ kind }) => kind === 'PrometheusRule')).toEqual([]);
});

test.each<[string, object, BatchProps, string, string]>([
  ['a long name', { name: 'a'.repeat(47) }, {}, 'KUBERNETES_NAME', 'target.name'],
  ['no disk', { scratchMiB: 0 }, {}, 'KUBERNETES_OPTION', 'target.scratchMiB'],
  ['no gateway', { pushgateway: 'gateway:9091' }, {}, 'KUBERNETES_OPTION', 'target.pushgateway'],
  ['a placeholder', { name: '${Token[A]}' }, {}, 'KUBERNETES_TOKEN', 'target.name'],
  [
    'files elsewhere',
    {},
    { input: { from: DataLocation.at({ aws: { bucket: 'abc' } }) } },
    'PLAN_DATA',
    'input.from',
  ],
  ['an image to build', {}, { run: { image: RuntimeImage.fromSource() } }, 'TARGET_UNSUPPORTED', 'run.image'],
])('refused: %s', (_, options, props, code, prop) => {
  expect(problemsOf(() => batch(options, props))).toContainEqual(
    expect.objectContaining({ code, at: `Serving/NightlyScores: ${prop}` }),
  );
});

test('credentials in an address are refused, and not shown', () => {
  const problems = problemsOf(() => batch({ pushgateway: 'http://user:hush@gateway:9091' }));
  expect(problems).toMatchObject([
    { code: 'KUBERNETES_OPTION', at: 'Serving/NightlyScores: target.pushgateway' },
  ]);
  expect(JSON.stringify(problems)).toContain('http://***@gateway:9091');
  expect(JSON.stringify(problems)).not.toContain('hush');
});

test('the job needs a chart', () => {
  const outside = () =>
    new BatchScoringJob(new RootConstruct('Clinic'), 'Scores', { ...JOB, target: new KubernetesBatch() });
  expect(problemsOf(outside)).toEqual([expect.objectContaining({ code: 'TARGET_SCOPE' })]);
});
