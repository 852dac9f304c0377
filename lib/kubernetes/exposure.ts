import { KubeIngress } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { type EndpointPlan, INFERENCE_PORT } from '../core';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import { type BackendRef, type GrpcRoute, HttpRoute, type ParentRef } from './custom-resources';
import { checkGrpcHosts, grpcRoute } from './grpc-route';
import { checkPeer, type NetworkPeer } from './network-peer';

/** A Service that gets requests, whatever its port. */
export type Backend = Omit<BackendRef, 'port'>;

interface OutsideOptions {
  /** Where the proxies run that forward the requests, let through to the pods. */
  readonly proxies: NetworkPeer;
  /** Says aloud that requests from outside may come without encryption. @default false */
  readonly plainHttp?: boolean;
}

export interface GatewayOptions extends OutsideOptions {
  /** The Gateway, owned by whoever runs the cluster. `namespace`: the endpoint's own by default. */
  readonly gateway: { readonly name: string; readonly namespace?: string };
  /** Host names the endpoint answers to. */
  readonly hostnames: readonly string[];
  /** Host names it answers gRPC to, with `runtime.grpc`; none of `hostnames`. @default - no gRPC */
  readonly grpcHostnames?: readonly string[];
  /** Name of the Gateway's HTTPS listener (`sectionName`); a route without one also answers on plain HTTP. @default - every listener, which needs plainHttp */
  readonly tlsListener?: string;
}

export interface IngressOptions extends OutsideOptions {
  /** Host name the endpoint answers to. */
  readonly host: string;
  /** IngressClass of the controller. */
  readonly className: string;
  /** Secret with the certificate (`kubernetes.io/tls`). @default - no encryption, which needs plainHttp */
  readonly tlsSecretName?: string;
  /** Settings of the controller, such as its limit for request bodies. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Who can reach the endpoint. Management is never reachable this way. */
export abstract class Exposure {
  /** Only pods of the cluster that the network policy lets through. */
  static clusterInternal(): Exposure {
    return new ClusterInternal();
  }

  /** From outside through a Gateway (Gateway API). */
  static gateway(options: GatewayOptions): Exposure {
    return new GatewayExposure(options);
  }

  /** From outside through an Ingress. */
  static ingress(options: IngressOptions): Exposure {
    return new IngressExposure(options);
  }

  /** Peers that forward requests from outside. */
  abstract readonly proxies: readonly NetworkPeer[];
  abstract check(check: Checker, plan: EndpointPlan): void;
  /** @param backends Services that get the requests, and their shares; an Ingress knows the first alone */
  abstract bind(
    scope: Construct,
    context: EndpointContext,
    backends: readonly Backend[],
  ): HttpRoute | KubeIngress | undefined;

  /** The route of gRPC callers, where there is one. */
  bindGrpc(
    _scope: Construct,
    _context: EndpointContext,
    _backends: readonly Backend[],
  ): GrpcRoute | undefined {
    return undefined;
  }

  /** Whether requests can be divided among Services by share. */
  get splitsRequests(): boolean {
    return false;
  }
}

class ClusterInternal extends Exposure {
  readonly proxies = [];

  check(): void {}

  bind(): undefined {
    return undefined;
  }
}

class GatewayExposure extends Exposure {
  readonly proxies: readonly NetworkPeer[];

  constructor(private readonly options: GatewayOptions) {
    super();
    this.proxies = [options.proxies];
  }

  check(check: Checker, plan: EndpointPlan): void {
    const { gateway, hostnames, tlsListener, plainHttp, proxies } = this.options;
    const at = 'target.exposure';
    check.objectName(`${at}.gateway.name`, gateway.name);
    if (gateway.namespace !== undefined) check.labelName(`${at}.gateway.namespace`, gateway.namespace);
    hostnames.forEach((host, i) => {
      check.objectName(`${at}.hostnames[${i}]`, host);
    });
    checkPeer(check, `${at}.proxies`, proxies);
    checkGrpcHosts(check, at, this.options, plan.runtime.grpc);
    refusePlainHttp(check, `${at}.tlsListener`, tlsListener, plainHttp, "the Gateway's HTTPS listener");
    if (hostnames.length > 0) return;
    check.add('KUBERNETES_OPTION', `${at}.hostnames`, {
      what: 'without host names the endpoint would answer to every host of the Gateway',
      got: hostnames,
      allowed: 'at least one host name',
      remedy: 'Name the hosts.',
    });
  }

  bind(scope: Construct, context: EndpointContext, backends: readonly Backend[]): HttpRoute {
    return new HttpRoute(scope, 'Route', {
      metadata: context.metadata('', 'inference'),
      spec: {
        parentRefs: [this.parent],
        hostnames: this.options.hostnames,
        rules: [
          {
            // Longer than the runtime's own, so that callers get its answer and not the proxy's.
            timeouts: { request: `${Math.ceil(context.plan.runtime.requestTimeoutMs / 1000) + 5}s` },
            backendRefs: backends.map((backend) => ({ ...backend, port: INFERENCE_PORT })),
          },
        ],
      },
    });
  }

  override bindGrpc(
    scope: Construct,
    context: EndpointContext,
    backends: readonly Backend[],
  ): GrpcRoute | undefined {
    const { grpcHostnames } = this.options;
    return (
      grpcHostnames && grpcRoute(scope, context, { parent: this.parent, hostnames: grpcHostnames, backends })
    );
  }

  override get splitsRequests(): boolean {
    return true;
  }

  private get parent(): ParentRef {
    const { gateway, tlsListener } = this.options;
    return { name: gateway.name, namespace: gateway.namespace, sectionName: tlsListener };
  }
}

class IngressExposure extends Exposure {
  readonly proxies: readonly NetworkPeer[];

  constructor(private readonly options: IngressOptions) {
    super();
    this.proxies = [options.proxies];
  }

  check(check: Checker, plan: EndpointPlan): void {
    const { host, className, tlsSecretName, plainHttp, proxies } = this.options;
    const at = 'target.exposure';
    check.objectName(`${at}.host`, host);
    check.objectName(`${at}.className`, className);
    if (tlsSecretName !== undefined) check.objectName(`${at}.tlsSecretName`, tlsSecretName);
    checkPeer(check, `${at}.proxies`, proxies);
    refusePlainHttp(check, `${at}.tlsSecretName`, tlsSecretName, plainHttp, 'a Secret with the certificate');
    if (!plan.runtime.grpc) return;
    check.unsupported('runtime.grpc', {
      what: 'an Ingress routes HTTP; whether and how it forwards gRPC differs from controller to controller',
      got: true,
      allowed: 'Exposure.gateway with grpcHostnames, Exposure.clusterInternal',
      remedy: 'Expose the endpoint through a Gateway, or switch runtime.grpc off.',
    });
  }

  bind(scope: Construct, context: EndpointContext): KubeIngress {
    const { host, className, tlsSecretName, annotations } = this.options;
    const service = { name: context.name, port: { number: INFERENCE_PORT } };
    return new KubeIngress(scope, 'Ingress', {
      metadata: context.metadata('', 'inference', { annotations: { ...annotations } }),
      spec: {
        ingressClassName: className,
        tls: tlsSecretName === undefined ? undefined : [{ hosts: [host], secretName: tlsSecretName }],
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
      },
    });
  }
}

function refusePlainHttp(
  check: Checker,
  option: string,
  tls: string | undefined,
  plainHttp: boolean | undefined,
  needed: string,
): void {
  if (tls !== undefined || plainHttp === true) return;
  check.add('KUBERNETES_PLAIN_HTTP', option, {
    what: 'requests and predictions would cross the network in the clear',
    got: tls,
    allowed: needed,
    remedy: `Name ${needed}, or set plainHttp: true if something else encrypts.`,
  });
}
