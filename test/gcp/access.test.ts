import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ProblemError } from 'inferstack';
import { endpointIn, inStack, type Options, PROJECT, synthesize, templateOf } from './support/synthesize';

const FRONTEND = 'serviceAccount:frontend@my-project-123.iam.gserviceaccount.com';

test('nobody may call an endpoint that names no one', () => {
  const { types } = synthesize();
  expect(types).not.toContain('google_cloud_run_v2_service_iam_member');
});

test('invokers get the right to call this service, each once', () => {
  const members = [FRONTEND, 'group:risk@example.com', FRONTEND];
  const grants = synthesize({ access: { invokers: members } }).all('google_cloud_run_v2_service_iam_member');
  expect(
    Object.values(grants)
      .map(({ member }) => member)
      .sort(),
  ).toEqual(['group:risk@example.com', FRONTEND]);
  for (const grant of Object.values(grants)) {
    expect(grant).toMatchObject({
      role: 'roles/run.invoker',
      name: expect.stringMatching(/^\$\{google_cloud_run_v2_service\.Endpoint_Service_.*\.name\}$/),
    });
  }
});

test('grants keep their ids when others come before them, those of placeholders as well', () => {
  const ids = (others: string[]) =>
    inStack((stack) => {
      const caller = new ServiceAccount(stack, 'Caller', { accountId: 'caller' });
      const { native } = endpointIn(stack);
      for (const member of others) native.grantInvoke(member);
      native.grantInvoke(caller.member);
      const grants = templateOf(stack).all('google_cloud_run_v2_service_iam_member');
      return Object.entries(grants).flatMap(([id, { member }]) =>
        member.startsWith('${') ? [[id, member]] : [],
      );
    });
  const alone = ids([]);
  expect(alone[0]![1]).toMatch(/^\$\{google_service_account\.Caller.*\.member\}$/);
  expect(ids([FRONTEND, 'user:a@example.com'])).toEqual(alone);
});

test('unauthenticated callers are let in when asked for, and not otherwise', () => {
  const disabled = (options: Options) =>
    synthesize(options).find('google_cloud_run_v2_service')['invoker_iam_disabled'];
  expect(disabled({ access: { unauthenticated: true } })).toBe(true);
  expect(disabled({ access: { unauthenticated: false } })).toBe(false);
});

test.each(['allUsers', 'allAuthenticatedUsers', 'frontend@example.com', 'user:', 'serviceAccount:a b@c'])(
  'grantInvoke refuses %s',
  (member) => {
    inStack((stack) => {
      const { native } = endpointIn(stack);
      expect(() => native.grantInvoke(member)).toThrow(ProblemError);
      expect(() => native.grantInvoke(member)).toThrow(/GCP_INVOKER/);
    });
  },
);

test('instances run as an account that may read the model and nothing else', () => {
  const template = synthesize();
  expect(template.find('google_service_account')).toMatchObject({
    account_id: 'serving-endpoint-model',
    project: PROJECT,
  });
  expect(template.types.filter((type) => /_iam_/.test(type))).toEqual(['google_storage_bucket_iam_member']);
});

test('an account of yours gets that right too', () => {
  const serviceAccount = 'mine@my-project-123.iam.gserviceaccount.com';
  const template = synthesize({ access: { serviceAccount } });
  expect(template.types).not.toContain('google_service_account');
  expect(template.find('google_cloud_run_v2_service')['template'].service_account).toBe(serviceAccount);
  expect(template.find('google_storage_bucket_iam_member')['member']).toBe(
    `serviceAccount:${serviceAccount}`,
  );
});
