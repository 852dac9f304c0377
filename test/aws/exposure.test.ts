import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Peer, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationLoadBalancer,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HostedZone, PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Stack } from 'aws-cdk-lib/core';
import { Exposure } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { CERTIFICATE_ARN, endpointIn, fargate, flat, newStack, only } from './support';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

const certificateIn = (stack: Stack) => Certificate.fromCertificateArn(stack, 'Given', CERTIFICATE_ARN);
const zoneIn = (stack: Stack) =>
  HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' });

function exposed(make: (stack: Stack) => Exposure) {
  return fargate({}, (stack) => ({ exposure: make(stack) }));
}

describe('Exposure.private', () => {
  test('is the default: internal, and nobody may connect yet', () => {
    const { template } = fargate();
    expect(only(template, LOAD_BALANCER).Scheme).toBe('internal');
    expect(only(template, LISTENER)).toMatchObject({ Port: 80, Protocol: 'HTTP' });
    expect(flat(template.findResources('AWS::EC2::SecurityGroup'))).not.toContain('SecurityGroupIngress"');
  });

  test('speaks TLS 1.3 with a certificate', () => {
    const { template } = exposed((stack) => Exposure.private({ certificate: certificateIn(stack) }));
    expect(only(template, LISTENER)).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
      Certificates: [{ CertificateArn: CERTIFICATE_ARN }],
    });
  });

  test('makes certificate and record for a name of its own', () => {
    const { template } = exposed((stack) =>
      Exposure.private({ domain: { name: 'credit.example.com', zone: zoneIn(stack) } }),
    );
    expect(only(template, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: 'credit.example.com',
      DomainValidationOptions: [{ HostedZoneId: 'Z1' }],
    });
    expect(only(template, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'credit.example.com.',
      Type: 'A',
    });
    expect(Object.values(template.findOutputs('*'))[0]!['Value']).toBe('https://credit.example.com');
  });

  test('lets in whom it names', () => {
    const { template } = exposed(() => Exposure.private({ allowFrom: [Peer.ipv4('10.1.0.0/16')] }));
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.1.0.0/16', FromPort: 80, ToPort: 80 })],
    });
  });

  test('what no rule matches gets 404', () => {
    expect(only(fargate().template, LISTENER).DefaultActions).toEqual([
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } },
    ]);
  });
});

describe('Exposure.internet', () => {
  test('is open to the internet over HTTPS', () => {
    const { template } = exposed((stack) => Exposure.internet({ certificate: certificateIn(stack) }));
    expect(only(template, LOAD_BALANCER).Scheme).toBe('internet-facing');
    expect(only(template, LISTENER).Protocol).toBe('HTTPS');
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443 })],
    });
    const tasks = only(template, 'AWS::ECS::Service').NetworkConfiguration.AwsvpcConfiguration;
    expect(tasks.AssignPublicIp).toBe('DISABLED');
    expect(tasks.Subnets.map(flat).join()).toMatch(/Private.*Private|Isolated.*Isolated/);
  });

  test('refuses plain HTTP unless asked for', () => {
    const [problem, ...others] = problemsOf(() => exposed(() => Exposure.internet({})));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'AWS_EXPOSURE_PLAIN_HTTP',
      at: 'CreditRisk/Endpoint: target.exposure',
      remedy: 'Give a certificate or a domain; plainHttp: true accepts the risk.',
    });
    const { template } = exposed(() => Exposure.internet({ plainHttp: true }));
    expect(only(template, LISTENER)).toMatchObject({ Port: 80, Protocol: 'HTTP' });
  });

  test('refuses plain HTTP together with a certificate', () => {
    const problems = problemsOf(() =>
      exposed((stack) => Exposure.internet({ plainHttp: true, certificate: certificateIn(stack) })),
    );
    expect(problems.map((p) => p.code)).toEqual(['AWS_EXPOSURE']);
  });
});

describe('domains', () => {
  test('must lie in their zone', () => {
    const problems = problemsOf(() =>
      exposed((stack) => Exposure.internet({ domain: { name: 'credit.example.org', zone: zoneIn(stack) } })),
    );
    expect(problems).toMatchObject([{ code: 'AWS_EXPOSURE', got: '"credit.example.org"' }]);
  });

  test('in a private zone need a certificate', () => {
    const { stack, vpc } = newStack();
    const zone = new PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'example.internal' });
    const exposure = Exposure.private({ domain: { name: 'credit.example.internal', zone } });
    expect(problemsOf(() => endpointIn(stack, { vpc, exposure }))).toMatchObject([
      { code: 'AWS_EXPOSURE', at: 'CreditRisk/Endpoint: target.exposure: certificate' },
    ]);
  });
});

describe('Exposure.loadBalancer', () => {
  test('adds a listener to a load balancer of yours', () => {
    const { stack, vpc } = newStack();
    const loadBalancer = new ApplicationLoadBalancer(stack, 'Shared', { vpc });
    const certificate = certificateIn(stack);
    for (const [id, port] of [['A', 8443] as const, ['B', 9443] as const]) {
      const exposure = Exposure.loadBalancer({ loadBalancer, port, certificate });
      endpointIn(stack, { vpc, exposure }, {}, id);
    }
    const template = Template.fromStack(stack);
    template.resourceCountIs(LOAD_BALANCER, 1);
    const ports = Object.values(template.findResources(LISTENER)).map((l) => l['Properties'].Port);
    expect(ports).toEqual([8443, 9443]);
    const urls = Object.values(template.findOutputs('*')).map((output) => flat(output['Value']));
    expect(urls).toEqual([expect.stringMatching(/^https:.*:8443$/), expect.stringMatching(/:9443$/)]);
  });

  test("counts no errors of the shared load balancer: they may be another endpoint's", () => {
    const { stack, vpc } = newStack();
    const loadBalancer = new ApplicationLoadBalancer(stack, 'Shared', { vpc });
    endpointIn(stack, { vpc, exposure: Exposure.loadBalancer({ loadBalancer, plainHttp: true }) });
    const alarm = flat(only(Template.fromStack(stack), 'AWS::CloudWatch::Alarm', 'Errors'));
    expect(alarm).toContain('TargetConnectionErrorCount');
    expect(alarm).not.toContain('HTTPCode_ELB');
  });

  test('refuses unencrypted HTTP, impossible ports, and records it could not make', () => {
    const { stack, vpc } = newStack();
    const loadBalancer = ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Given', {
      loadBalancerArn:
        'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/shared/50dc6c495c0c9188',
      securityGroupId: 'sg-1',
    });
    const codes = (exposure: Exposure) =>
      problemsOf(() => endpointIn(stack, { vpc, exposure }, {}, `E${stack.node.children.length}`)).map(
        (p) => p.at,
      );
    expect(codes(Exposure.loadBalancer({ loadBalancer }))).toEqual([expect.stringMatching(/exposure$/)]);
    expect(codes(Exposure.loadBalancer({ loadBalancer, plainHttp: true, port: 70_000 }))).toEqual([
      expect.stringMatching(/exposure: port$/),
    ]);
    const domain = { name: 'credit.example.com', zone: zoneIn(stack) };
    expect(codes(Exposure.loadBalancer({ loadBalancer, domain }))).toEqual([
      expect.stringMatching(/exposure: domain$/),
    ]);
  });
});

describe('Exposure.listener', () => {
  const listenerIn = (stack: Stack) =>
    ApplicationListener.fromApplicationListenerAttributes(stack, 'Given', {
      listenerArn:
        'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2',
      securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Sg', 'sg-1'),
    });
  const conditions = [ListenerCondition.hostHeaders(['credit.example.com'])];

  test('adds a rule to a listener of yours', () => {
    const { template, native } = exposed((stack) =>
      Exposure.listener({
        listener: listenerIn(stack),
        priority: 7,
        conditions,
        url: 'https://credit.example.com',
      }),
    );
    template.resourceCountIs(LOAD_BALANCER, 0);
    template.resourceCountIs(LISTENER, 0);
    expect(only(template, 'AWS::ElasticLoadBalancingV2::ListenerRule')).toMatchObject({
      Priority: 7,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['credit.example.com'] } }],
    });
    expect(native.loadBalancer).toBeUndefined();
    const dimensions = flat(only(template, 'AWS::CloudWatch::Alarm', 'Unhealthy'));
    expect(dimensions).toContain('app/shared/50dc6c495c0c9188');
  });

  test('refuses a rule without conditions and priorities out of bounds', () => {
    const problems = problemsOf(() =>
      exposed((stack) =>
        Exposure.listener({
          listener: listenerIn(stack),
          priority: 0,
          conditions: [],
          url: 'https://x.example.com',
        }),
      ),
    );
    expect(problems.map((p) => p.at)).toEqual([
      expect.stringMatching(/exposure: priority$/),
      expect.stringMatching(/exposure: conditions$/),
    ]);
  });
});
