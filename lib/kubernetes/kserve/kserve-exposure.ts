import type { EndpointPlan } from '../../core';
import type { Checker } from '../checker';
import { checkPeer, type NetworkPeer } from '../network-peer';

export interface KServeIngressOptions {
  /** Where the proxies of KServe's ingress run, let through to the pods. */
  readonly proxies: NetworkPeer;
  /**
   * What encrypts requests from outside: KServe's ingress, as the cluster's owner has set it up (the Gateway's
   * listener, `urlScheme`), or nothing. KServe decides it for the whole cluster, so it can only be stated here.
   */
  readonly encryption: 'ingress' | 'none';
}

/** Who can reach the endpoint. KServe makes the routes; management is never reachable this way. */
export abstract class KServeExposure {
  /** Only pods of the cluster that the network policy lets through. */
  static clusterLocal(): KServeExposure {
    return new ClusterLocal();
  }

  /** From outside too, at the address KServe's ingress configuration gives it. */
  static ingress(options: KServeIngressOptions): KServeExposure {
    return new Ingress(options);
  }

  /** Labels of the InferenceService. */
  abstract readonly labels: Readonly<Record<string, string>>;
  /** Peers that forward requests from outside. */
  abstract readonly proxies: readonly NetworkPeer[];
  abstract check(check: Checker, plan: EndpointPlan): void;
}

class ClusterLocal extends KServeExposure {
  readonly labels = { 'networking.kserve.io/visibility': 'cluster-local' };
  readonly proxies = [];

  check(): void {}
}

class Ingress extends KServeExposure {
  readonly labels = {};
  readonly proxies: readonly NetworkPeer[];

  constructor(private readonly options: KServeIngressOptions) {
    super();
    this.proxies = [options.proxies];
  }

  check(check: Checker, plan: EndpointPlan): void {
    const { proxies, encryption } = this.options;
    checkPeer(check, 'target.exposure.proxies', proxies);
    if (encryption !== 'ingress' && encryption !== 'none') {
      check.add('KUBERNETES_PLAIN_HTTP', 'target.exposure.encryption', {
        what: 'it is not said whether requests cross the network in the clear',
        got: encryption,
        allowed: "'ingress' or 'none'",
        remedy: "Ask the cluster's owner whether KServe's ingress ends TLS, and state it.",
      });
    }
    if (!plan.runtime.grpc) return;
    check.unsupported('runtime.grpc', {
      what: "KServe's routes from outside lead to the HTTP port alone",
      got: true,
      allowed: 'KServeExposure.clusterLocal()',
      remedy: 'Use KubernetesEndpoint with Exposure.gateway and grpcHostnames, or switch runtime.grpc off.',
    });
  }
}
