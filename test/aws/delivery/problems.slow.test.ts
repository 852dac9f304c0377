import { SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationLoadBalancer,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnParameter, type Stack } from 'aws-cdk-lib/core';
import { Duration, Gate, Rollout } from 'inferstack';
import { Exposure, type FargateEndpointOptions } from 'inferstack/aws';
import { checkGoldenPlan } from '../../../lib/aws/delivery/golden-checks';
import { problemsOf } from '../../support/endpoint';
import { type EndpointProps, endpointIn, fargate, newStack } from '../support';

const AT = 'CreditRisk/Endpoint: ';
const { minutes, seconds, hours } = Duration;

type Options = (stack: Stack) => Partial<FargateEndpointOptions>;
const told = (rollout: Rollout, props: EndpointProps = {}, options: Options = () => ({})) =>
  problemsOf(() => fargate({ rollout, ...props }, options));

describe('what ECS does not do is refused with its limit and where it stands', () => {
  test.each<[string, Rollout, object]>([
    [
      'a share finer than it moves',
      Rollout.canary({ percent: 1.25 }),
      { at: `${AT}rollout.percent`, allowed: '0.1 to 100 in multiples of 0.1', remedy: 'Use 1.3.' },
    ],
    [
      'a step smaller than it takes',
      Rollout.linear({ step: 2 }),
      { at: `${AT}rollout.step`, allowed: '3 to 100 in multiples of 0.1', remedy: 'Use 3.' },
    ],
    [
      'a wait of half a minute',
      Rollout.canary({ bake: seconds(1830) }),
      { at: `${AT}rollout.bake`, got: '1830 s', remedy: 'Use 31 minutes.' },
    ],
    [
      'a wait of more than a day',
      Rollout.blueGreen({ bake: hours(25) }),
      { at: `${AT}rollout.bake`, allowed: '0 to 1440 minutes', remedy: 'Use 1440 minutes.' },
    ],
    [
      'waits of 33 hours and more in all',
      Rollout.canary({ bake: hours(23), finalBake: hours(11) }),
      { at: `${AT}rollout.bake`, got: '34 h', allowed: 'at most 33 h' },
    ],
    [
      'steps that add up to it',
      Rollout.linear({ step: 5, interval: hours(2) }),
      { at: `${AT}rollout.interval`, got: '38.08 h' },
    ],
    [
      'a final wait that ends before the alarms',
      Rollout.canary({ finalBake: minutes(4) }),
      { at: `${AT}rollout.finalBake`, got: '240 s', allowed: '300 s or more', remedy: /Wait 5 minutes/ },
    ],
    [
      'a first wait that ends before a gate can fail',
      Rollout.linear({ interval: minutes(5), gates: [Gate.errors()] }),
      { at: `${AT}rollout.interval`, what: /the gate errors can have rung/, allowed: '600 s or more' },
    ],
    [
      'a start of more than a day',
      Rollout.blueGreen({ timeout: hours(25) }),
      { at: `${AT}rollout.timeout`, allowed: 'at most 24 h' },
    ],
  ])('%s', (_, rollout, expected) => {
    const [problem] = told(rollout);
    const matching = Object.entries(expected).map(([key, value]) => [
      key,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]);
    expect(problem).toMatchObject({ code: 'AWS_ROLLOUT_SHIFT', ...Object.fromEntries(matching) });
  });

  test('every limit names its page', () => {
    const rollouts = [
      Rollout.canary({ percent: 1.25 }),
      Rollout.canary({ bake: hours(23), finalBake: hours(11) }),
    ];
    for (const rollout of rollouts)
      expect(told(rollout)[0]!.what).toMatch(/https:\/\/docs\.aws\.amazon\.com\//);
  });

  test('what is just within the limits passes', () => {
    expect(() =>
      fargate({ rollout: Rollout.canary({ percent: 0.1, bake: hours(23), finalBake: hours(10) }) }),
    ).not.toThrow();
    expect(() => fargate({ rollout: Rollout.linear({ step: 3, interval: minutes(59) }) })).not.toThrow();
  });
});

describe('gates that CloudWatch cannot judge', () => {
  test.each<[string, Gate, string, RegExp]>([
    ['a comparison with stable', Gate.latency(), 'rollout.gates.latency', /candidate/],
    ['agreement of answers', Gate.agreement(), 'rollout.gates', /candidate/],
    ['a distance of scores', Gate.scoreDistance({ maxMean: 0.1 }), 'rollout.gates', /candidate/],
    ['half a minute', Gate.errors({ window: seconds(30) }), 'rollout.gates.errors', /whole minutes/],
    [
      'more than a day',
      Gate.errors({ window: hours(5), failAfter: { failed: 1, of: 5 } }),
      'rollout.gates.errors',
      /whole minutes/,
    ],
  ])('%s', (_, gate, at, remedy) => {
    const problems = told(Rollout.canary({ bake: hours(20), gates: [gate] }));
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'TARGET_UNSUPPORTED',
        at: AT + at,
        remedy: expect.stringMatching(remedy),
      }),
    ]);
  });
});

describe('where the new version could not be asked apart', () => {
  const listener: Options = (stack) => ({
    exposure: Exposure.listener({
      listener: ApplicationListener.fromApplicationListenerAttributes(stack, 'Given', {
        listenerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/s/5/f',
        securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Sg', 'sg-1'),
      }),
      priority: 7,
      conditions: [ListenerCondition.hostHeaders(['credit.example.com'])],
      url: 'https://credit.example.com',
    }),
  });

  const facingInternet = (stack: Stack) =>
    Exposure.loadBalancer({
      loadBalancer: new ApplicationLoadBalancer(stack, 'Open', {
        vpc: stack.node.findChild('Vpc') as Vpc,
        internetFacing: true,
      }),
      plainHttp: true,
    });

  test.each<[string, Options]>([
    ['a listener of yours', listener],
    ['the internet', () => ({ exposure: Exposure.internet({ plainHttp: true }) })],
    ['a load balancer of yours that faces it', (stack) => ({ exposure: facingInternet(stack) })],
  ])('%s is refused', (_, options) => {
    const problems = told(Rollout.canary(), {}, options);
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'TARGET_UNSUPPORTED', at: `${AT}target.exposure` }),
    );
    expect(() => fargate({ rollout: Rollout.rolling() }, options)).not.toThrow();
  });

  const imported =
    (port: number | undefined, name: object, testPort?: number): Options =>
    (stack) => ({
      exposure: Exposure.loadBalancer({
        loadBalancer: ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Shared', {
          loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/s/5',
          securityGroupId: 'sg-1',
          ...name,
        }),
        plainHttp: true,
        port,
        testPort,
      }),
    });

  test('a load balancer of yours needs a name, and a port that is free', () => {
    const problems = told(Rollout.canary(), {}, imported(9080, {}));
    expect(problems.map(({ code, at }) => [code, at])).toEqual([
      ['AWS_EXPOSURE', `${AT}target.exposure: loadBalancer`],
      ['AWS_EXPOSURE', `${AT}target.exposure: testPort`],
    ]);
    const named = { loadBalancerDnsName: 'internal.example.com' };
    expect(() => fargate({ rollout: Rollout.canary() }, imported(80, named, 9080))).not.toThrow();
  });

  test.each([
    ['the default of one', 9080, undefined],
    ['the default of the other', undefined, 80],
    ['out of bounds', 80, 70_000],
  ])('ports of listeners: %s', (_, port, testPort) => {
    const named = { loadBalancerDnsName: 'internal.example.com' };
    expect(told(Rollout.canary(), {}, imported(port, named, testPort))).toMatchObject([
      { code: 'AWS_EXPOSURE', at: `${AT}target.exposure: testPort` },
    ]);
  });
});

test('a time to start that is only known at deployment is refused', () => {
  const { stack, vpc } = newStack();
  const { plan } = endpointIn(stack, { vpc }, { rollout: Rollout.canary() });
  const timeoutSeconds = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  const rollout = {
    bind: () => ({ platform: { ...plan.rollout, timeoutSeconds }, runtime: null }),
    unused: [],
    asked: { share: undefined, memoryMiB: undefined },
  };
  const work = () => endpointIn(stack, { vpc }, { rollout: rollout as never }, 'Other');
  expect(problemsOf(work)).toMatchObject([
    { code: 'TARGET_UNSUPPORTED', at: 'CreditRisk/Other: rollout.timeout', got: 'a token' },
  ]);
});

test('samples that the check could not hold are refused', () => {
  const { plan } = fargate({ rollout: Rollout.canary() }).endpoint;
  const [model] = plan.models;
  const [sample] = model.samples;
  const many = { ...model, samples: Array(60_000).fill(sample) };
  expect(checkGoldenPlan({ ...plan, models: [many] })).toMatchObject([
    { code: 'AWS_ROLLOUT_SAMPLES', allowed: '20 MiB' },
  ]);
  expect(checkGoldenPlan(plan)).toEqual([]);
});
