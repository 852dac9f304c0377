import { EndpointExposure } from './endpoint-exposure';
import { EnvironmentExposure } from './environment-exposure';
import type {
  InternetExposureOptions,
  PrivateExposureOptions,
  WebFirewallExposureOptions,
} from './exposure-options';
import { FirewallExposure } from './firewall-exposure';
import { IngressExposure } from './ingress-exposure';

/** Who reaches the endpoint, and how. Always over TLS. */
export abstract class Exposure extends EndpointExposure {
  /** Reachable inside the virtual network and the networks connected to it. */
  static private(options: PrivateExposureOptions = {}): EndpointExposure {
    return new IngressExposure('Exposure.private()', true, options);
  }

  /** Reachable from the internet, without a firewall. */
  static internet(options: InternetExposureOptions = {}): EndpointExposure {
    return new IngressExposure('Exposure.internet()', false, options);
  }

  /** Reachable from the internet through an application gateway with a web application firewall, and by no other way. */
  static webFirewall(options: WebFirewallExposureOptions): EndpointExposure {
    return new FirewallExposure(options);
  }

  /** Reachable by apps of the same environment alone. */
  static environment(): EndpointExposure {
    return new EnvironmentExposure();
  }
}
