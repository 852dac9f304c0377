import { Match, Template } from 'aws-cdk-lib/assertions';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Rollout } from 'inferstack';
import { Exposure, WebAcl } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { attributes, endpointIn, fargate, flat, newStack, only } from './support';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const loadBalancerAttributes = (template: Template) =>
  attributes(only(template, LOAD_BALANCER).LoadBalancerAttributes);

describe('load balancer', () => {
  test('drops malformed headers, takes no ambiguous requests and cannot be deleted', () => {
    expect(loadBalancerAttributes(fargate().template)).toMatchObject({
      'deletion_protection.enabled': 'true',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'strictest',
    });
  });

  test('goes with its logs when deletion protection is off', () => {
    const { template } = fargate({}, { protection: { deletion: false } });
    expect(loadBalancerAttributes(template)['deletion_protection.enabled']).toBe('false');
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });
});

describe('access logs', () => {
  test('are written to the bucket, without knowing the region', () => {
    const { template } = fargate({}, (stack) => ({
      protection: {
        accessLogs: { bucket: new Bucket(stack, 'Bucket', { encryption: BucketEncryption.S3_MANAGED }) },
      },
    }));
    expect(loadBalancerAttributes(template)).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.prefix': 'credit-risk-endpoint',
    });
    const [statement] = only(template, 'AWS::S3::BucketPolicy').PolicyDocument.Statement;
    expect(statement).toMatchObject({
      Action: 's3:PutObject',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
    });
    expect(flat(statement.Resource)).toMatch(/\/credit-risk-endpoint\/AWSLogs\/<AWS::AccountId>\/\*$/);
    const [loadBalancer] = Object.values(template.findResources(LOAD_BALANCER));
    expect(loadBalancer!['DependsOn']).toEqual([expect.stringMatching(/^BucketPolicy/)]);
  });

  test('can lie at the top of the bucket', () => {
    const { template } = fargate({}, (stack) => ({
      protection: { accessLogs: { bucket: new Bucket(stack, 'Bucket'), prefix: '' } },
    }));
    const [statement] = only(template, 'AWS::S3::BucketPolicy').PolicyDocument.Statement;
    expect(flat(statement.Resource)).toMatch(/>\/AWSLogs\//);
  });

  test('are refused for buckets with a KMS key, and for a load balancer of yours', () => {
    const { stack, vpc } = newStack();
    const bucket = new Bucket(stack, 'Bucket', { encryption: BucketEncryption.KMS });
    const loadBalancer = new ApplicationLoadBalancer(stack, 'Shared', { vpc });
    const protection = { accessLogs: { bucket } };
    expect(problemsOf(() => endpointIn(stack, { vpc, protection }, {}, 'A'))).toMatchObject([
      { code: 'AWS_ACCESS_LOGS', remedy: 'Give a bucket with S3-managed encryption.' },
    ]);
    const exposure = Exposure.loadBalancer({ loadBalancer, plainHttp: true });
    expect(problemsOf(() => endpointIn(stack, { vpc, protection, exposure }, {}, 'B'))).toMatchObject([
      { code: 'AWS_ACCESS_LOGS', remedy: 'Call logAccessLogs() on your load balancer.' },
    ]);
  });
});

describe('web ACL', () => {
  test('of yours is attached', () => {
    const arn = 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/a/b';
    const { template } = fargate({}, { protection: { webAcl: WebAcl.fromArn(arn) } });
    expect(only(template, 'AWS::WAFv2::WebACLAssociation').WebACLArn).toBe(arn);
  });

  test('of managed rules counts large bodies, since tensors are large', () => {
    const { template } = fargate(
      {},
      { protection: { webAcl: WebAcl.managedRules({ requestsPerAddress: 2000 }) } },
    );
    const { Rules, Scope } = only(template, 'AWS::WAFv2::WebACL');
    expect(Scope).toBe('REGIONAL');
    expect(Rules.map((rule: { Name: string }) => rule.Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
      'RequestsPerAddress',
    ]);
    expect(Rules[2].Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([
      { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    ]);
    expect(Rules[3].Statement.RateBasedStatement).toEqual({ AggregateKeyType: 'IP', Limit: 2000 });
  });

  test('is refused with a limit WAF does not know, and on a load balancer of yours', () => {
    const webAcl = WebAcl.managedRules({ requestsPerAddress: 5 });
    expect(problemsOf(() => fargate({}, { protection: { webAcl } }))).toMatchObject([
      { code: 'AWS_WEB_ACL', got: '5', allowed: 'a whole number, 10 to 2000000000' },
    ]);
    const { stack, vpc } = newStack();
    const loadBalancer = new ApplicationLoadBalancer(stack, 'Shared', { vpc });
    const exposure = Exposure.loadBalancer({ loadBalancer, plainHttp: true });
    const protection = { webAcl: WebAcl.managedRules() };
    expect(problemsOf(() => endpointIn(stack, { vpc, exposure, protection }))).toMatchObject([
      { code: 'AWS_WEB_ACL', remedy: 'Associate the ACL where the load balancer is created.' },
    ]);
  });
});

test('logs are encrypted with a key that CloudWatch Logs may use for them alone', () => {
  const { template } = fargate({}, (stack) => ({ protection: { encryptionKey: new Key(stack, 'Key') } }));
  expect(flat(only(template, 'AWS::Logs::LogGroup').KmsKeyId)).toMatch(/^<Key\w+\.Arn>$/);
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Match.anyValue() } },
          Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
        }),
      ]),
    },
  });
});

test('several logs with one key need its consent once', () => {
  const { template } = fargate({ rollout: Rollout.canary() }, (stack) => ({
    protection: { encryptionKey: new Key(stack, 'Key') },
  }));
  for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
    expect(flat(Properties.KmsKeyId)).toMatch(/^<Key\w+\.Arn>$/);
  }
  const { Statement } = only(template, 'AWS::KMS::Key').KeyPolicy;
  expect(Statement.filter(({ Condition }: { Condition?: object }) => Condition !== undefined)).toHaveLength(
    1,
  );
});

test('every alarm tells the topic when it fires and when it recovers', () => {
  const { stack, vpc } = newStack();
  const topic = new Topic(stack, 'OnCall');
  endpointIn(stack, { vpc, alarms: { topic } });
  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  expect(alarms).toHaveLength(3);
  for (const { Properties } of alarms.map((alarm) => ({ Properties: alarm['Properties'] }))) {
    expect(Properties.AlarmActions.map(flat)).toEqual([expect.stringMatching(/^<OnCall/)]);
    expect(Properties.OKActions).toEqual(Properties.AlarmActions);
  }
});
