import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import { checkDomains, checkSampleRate } from './check-exposure';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import type { InternalLoadBalancerExposureOptions, InternetExposureOptions } from './exposure-options';
import { createExternalLoadBalancer, type ExternalLoadBalancer } from './external-load-balancer';
import { createInternalLoadBalancer, type InternalLoadBalancer } from './internal-load-balancer';

/** What an exposure made. */
export interface BoundExposure {
  /** Address callers use. */
  readonly url: string;
  readonly loadBalancer: ExternalLoadBalancer | InternalLoadBalancer | undefined;
}

/** From where the endpoint is reached. Who may call it then is `access`: nobody, unless said. */
export abstract class Exposure {
  /** From the VPC networks of the project, by the address of Cloud Run (`*.run.app`). */
  static internal(): Exposure {
    return new RunAddress('INGRESS_TRAFFIC_INTERNAL_ONLY');
  }

  /** From a VPC network, by names of yours: an internal application load balancer with HTTPS. */
  static internalLoadBalancer(options: InternalLoadBalancerExposureOptions): Exposure {
    return new InternalLoadBalancerExposure(options);
  }

  /** From the internet, by names of yours: a global application load balancer with HTTPS. */
  static internet(options: InternetExposureOptions): Exposure {
    return new InternetExposure(options);
  }

  /** From the internet, by the address of Cloud Run (`*.run.app`): no load balancer, no firewall, no name of yours. */
  static runAddress(): Exposure {
    return new RunAddress('INGRESS_TRAFFIC_ALL');
  }

  /** From where Cloud Run takes requests. */
  abstract readonly ingress: string;
  /** What the identity token of a caller may be made out to, besides the address of Cloud Run. */
  readonly audiences: readonly string[] = [];
  check(_check: Checker): void {}
  abstract bind(scope: Construct, context: EndpointContext, service: CloudRunV2Service): BoundExposure;
}

class RunAddress extends Exposure {
  constructor(readonly ingress: string) {
    super();
  }

  bind(_scope: Construct, _context: EndpointContext, service: CloudRunV2Service): BoundExposure {
    return { url: service.uri, loadBalancer: undefined };
  }
}

class InternetExposure extends Exposure {
  // The address of Cloud Run stays closed from outside, or callers would go around the firewall.
  readonly ingress = 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER';
  override readonly audiences: readonly string[];

  constructor(private readonly options: InternetExposureOptions) {
    super();
    this.audiences = options.domains.map(httpsAddress);
  }

  override check(check: Checker): void {
    const { domains, certificates, securityPolicy, logSampleRate } = this.options;
    checkDomains(check, domains, certificates);
    checkSampleRate(check, logSampleRate);
    securityPolicy?.check(check);
  }

  bind(scope: Construct, context: EndpointContext, service: CloudRunV2Service): BoundExposure {
    const loadBalancer = createExternalLoadBalancer(scope, context, service, this.options);
    return { url: this.audiences[0]!, loadBalancer };
  }
}

class InternalLoadBalancerExposure extends Exposure {
  // Counts an internal load balancer as internal.
  readonly ingress = 'INGRESS_TRAFFIC_INTERNAL_ONLY';
  override readonly audiences: readonly string[];

  constructor(private readonly options: InternalLoadBalancerExposureOptions) {
    super();
    this.audiences = options.domains.map(httpsAddress);
  }

  override check(check: Checker): void {
    const { domains, certificates, logSampleRate } = this.options;
    checkDomains(check, domains, certificates);
    checkSampleRate(check, logSampleRate);
  }

  bind(scope: Construct, context: EndpointContext, service: CloudRunV2Service): BoundExposure {
    const loadBalancer = createInternalLoadBalancer(scope, context, service, this.options);
    return { url: this.audiences[0]!, loadBalancer };
  }
}

const httpsAddress = (domain: string): string => `https://${literal(domain)}`;
