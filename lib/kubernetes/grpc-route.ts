import type { Construct } from 'constructs';
import { GRPC_PORT } from '../core';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import { type BackendRef, GrpcRoute, type ParentRef } from './custom-resources';

/** What callers from outside may ask; the reflection service is for those inside. */
const SERVICES = ['inference.GRPCInferenceService', 'grpc.health.v1.Health'];

/** The hosts of an exposure, by protocol. */
export interface RouteHosts {
  readonly hostnames: readonly string[];
  readonly grpcHostnames?: readonly string[];
}

/**
 * A Gateway takes one of an HTTPRoute and a GRPCRoute that share a host name on a listener and refuses the other, so
 * each needs names of its own. Source: https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutespec, hostnames.
 */
export function checkGrpcHosts(
  check: Checker,
  at: string,
  { hostnames, grpcHostnames }: RouteHosts,
  grpc: boolean,
): void {
  const option = `${at}.grpcHostnames`;
  grpcHostnames?.forEach((host, i) => {
    check.objectName(`${option}[${i}]`, host);
  });
  const shared = grpcHostnames?.filter((host) => hostnames.includes(host)) ?? [];
  if (grpc === (grpcHostnames !== undefined) && grpcHostnames?.length !== 0 && shared.length === 0) return;
  check.add('KUBERNETES_GRPC_HOSTS', option, {
    what: grpc
      ? 'the GRPCRoute needs host names that the HTTPRoute does not have: a Gateway refuses one of two that share a name'
      : 'there is nothing to route to: the endpoint does not speak gRPC',
    got: grpcHostnames,
    allowed: grpc ? 'at least one host name, none of those in hostnames' : 'no grpcHostnames',
    remedy: grpc ? 'Name another host for gRPC.' : 'Remove grpcHostnames, or set runtime.grpc.',
  });
}

/** Routes gRPC callers from outside to the endpoint. */
export function grpcRoute(
  scope: Construct,
  context: EndpointContext,
  {
    parent,
    hostnames,
    backends,
  }: {
    readonly parent: ParentRef;
    readonly hostnames: readonly string[];
    readonly backends: readonly Omit<BackendRef, 'port'>[];
  },
): GrpcRoute {
  return new GrpcRoute(scope, 'GrpcRoute', {
    metadata: context.metadata('-grpc', 'inference'),
    spec: {
      parentRefs: [parent],
      hostnames,
      rules: [
        {
          matches: SERVICES.map((service) => ({ method: { service } })),
          backendRefs: backends.map((backend) => ({ ...backend, port: GRPC_PORT })),
        },
      ],
    },
  });
}
