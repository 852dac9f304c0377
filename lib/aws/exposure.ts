import type { Problem } from '@inferstack/runtime/contract';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import {
  allowClients,
  type BoundExposure,
  type ExposureContext,
  endpointUrl,
  isEncrypted,
} from './bound-exposure';
import {
  checkCertificate,
  checkEncryption,
  checkListener,
  checkLoadBalancer,
  checkPublicSubnets,
} from './check-exposure';
import { checkGrpcEncryption, checkGrpcRule } from './check-grpc';
import { checkTestEntrance, checkTestPort, TEST_PORT } from './check-test-entrance';
import type {
  InternetExposureOptions,
  ListenerExposureOptions,
  LoadBalancerExposureOptions,
  PrivateExposureOptions,
} from './exposure-options';
import { createListener } from './listener';
import { createLoadBalancer } from './load-balancer';

/** The rule every request on a listener of this library goes through. Kept byte-stable: see README.md. */
const OWN_PRIORITY = 100;
/** Before it, and apart, so that switching gRPC on leaves the other as it is. */
const OWN_GRPC_PRIORITY = 90;

const ownRules = () => ({
  rule: { priority: OWN_PRIORITY, conditions: [ListenerCondition.pathPatterns(['/*'])] },
  grpcRule: { priority: OWN_GRPC_PRIORITY, conditions: [] },
});

interface CheckContext extends Pick<ExposureContext, 'network' | 'grpc'> {
  /** Whether requests are moved between two versions, so that the new one must be reachable apart. */
  readonly shifts: boolean;
}

/** Who reaches the endpoint, and how. */
export abstract class Exposure {
  /** An internal load balancer: reachable inside the VPC and the networks connected to it. */
  static private(options: PrivateExposureOptions = {}): Exposure {
    return new PrivateExposure(options);
  }

  /** An internet-facing load balancer. Needs a certificate or a domain, or an explicit `plainHttp`. */
  static internet(options: InternetExposureOptions): Exposure {
    return new InternetExposure(options);
  }

  /** A new listener on a load balancer of yours. */
  static loadBalancer(options: LoadBalancerExposureOptions): Exposure {
    return new LoadBalancerExposure(options);
  }

  /** A rule on a listener of yours, e.g. one host name among several on a shared load balancer. */
  static listener(options: ListenerExposureOptions): Exposure {
    return new ListenerExposure(options);
  }

  /** Whether a load balancer is created, so that web ACL and access logs have something to attach to. */
  abstract readonly createsLoadBalancer: boolean;

  /** Everything wrong with the options, before any resource exists. */
  abstract check(at: string, context: CheckContext): Problem[];

  /** Creates or adopts load balancer and listener below `scope`. */
  abstract bind(scope: Construct, context: ExposureContext): BoundExposure;
}

class PrivateExposure extends Exposure {
  readonly createsLoadBalancer = true;

  constructor(private readonly options: PrivateExposureOptions) {
    super();
  }

  check(at: string, { grpc }: CheckContext): Problem[] {
    return [
      ...checkCertificate(at, this.options),
      ...checkGrpcEncryption(at, grpc, isEncrypted(this.options)),
    ];
  }

  bind(scope: Construct, context: ExposureContext): BoundExposure {
    const loadBalancer = createLoadBalancer(scope, context, { internetFacing: false });
    const listener = createListener(scope, { loadBalancer, ...this.options });
    allowClients(listener, this.options.allowFrom ?? []);
    return {
      loadBalancer,
      listener,
      ownLoadBalancer: loadBalancer,
      url: endpointUrl(scope, loadBalancer, this.options),
      ...ownRules(),
      testEntrance: { loadBalancer, port: TEST_PORT },
    };
  }
}

class InternetExposure extends Exposure {
  readonly createsLoadBalancer = true;

  constructor(private readonly options: InternetExposureOptions) {
    super();
  }

  check(at: string, { network, grpc, shifts }: CheckContext): Problem[] {
    return [
      ...checkTestEntrance(at, shifts, 'Exposure.internet'),
      ...checkEncryption(at, this.options, 'Exposure.internet'),
      ...checkCertificate(at, this.options),
      ...checkGrpcEncryption(at, grpc, isEncrypted(this.options)),
      ...checkPublicSubnets(at, network),
    ];
  }

  bind(scope: Construct, context: ExposureContext): BoundExposure {
    const loadBalancer = createLoadBalancer(scope, context, { internetFacing: true });
    Validations.of(loadBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'Exposure.internet() was asked for: the listener is open to its clients.',
    });
    const listener = createListener(scope, { loadBalancer, ...this.options });
    allowClients(listener, this.options.allowFrom ?? [Peer.anyIpv4()]);
    return {
      loadBalancer,
      listener,
      ownLoadBalancer: loadBalancer,
      url: endpointUrl(scope, loadBalancer, this.options),
      ...ownRules(),
      testEntrance: undefined,
    };
  }
}

class LoadBalancerExposure extends Exposure {
  readonly createsLoadBalancer = false;

  constructor(private readonly options: LoadBalancerExposureOptions) {
    super();
  }

  check(at: string, { grpc, shifts }: CheckContext): Problem[] {
    return [
      ...checkTestPort(at, shifts, this.options),
      ...checkEncryption(at, this.options, 'Exposure.loadBalancer'),
      ...checkCertificate(at, this.options),
      ...checkGrpcEncryption(at, grpc, isEncrypted(this.options)),
      ...checkLoadBalancer(at, this.options),
    ];
  }

  bind(scope: Construct): BoundExposure {
    const { loadBalancer, port, testPort = TEST_PORT, allowFrom = [] } = this.options;
    const listener = createListener(scope, this.options);
    allowClients(listener, allowFrom);
    return {
      loadBalancer,
      listener,
      ownLoadBalancer: undefined,
      url: endpointUrl(scope, loadBalancer, this.options, port),
      ...ownRules(),
      testEntrance: { loadBalancer, port: testPort },
    };
  }
}

class ListenerExposure extends Exposure {
  readonly createsLoadBalancer = false;

  constructor(private readonly options: ListenerExposureOptions) {
    super();
  }

  check(at: string, { grpc, shifts }: CheckContext): Problem[] {
    return [
      ...checkTestEntrance(at, shifts, 'Exposure.listener'),
      ...checkListener(at, this.options),
      ...checkGrpcRule(at, grpc, this.options),
    ];
  }

  bind(): BoundExposure {
    const { listener, priority, grpcPriority, conditions, url } = this.options;
    return {
      loadBalancer: undefined,
      listener,
      ownLoadBalancer: undefined,
      url,
      rule: { priority, conditions },
      grpcRule: grpcPriority === undefined ? undefined : { priority: grpcPriority, conditions },
      testEntrance: undefined,
    };
  }
}
