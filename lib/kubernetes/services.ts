import { IntOrString, KubeService, type ServicePort, type ServiceSpec } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { GRPC_PORT, INFERENCE_PORT, MANAGEMENT_PORT } from '../core';
import type { EndpointContext } from './context';

export const INFERENCE_PORT_NAME = 'http';
export const GRPC_PORT_NAME = 'grpc';
export const MANAGEMENT_PORT_NAME = 'management';

/** What callers, routes and ingresses use. Knows the ports for predictions alone. */
export function inferenceService(scope: Construct, context: EndpointContext): KubeService {
  return new KubeService(scope, 'Service', {
    metadata: context.metadata('', 'inference'),
    spec: inferenceSpec(context),
  });
}

/** The same for the new version alone, while it is tried; Argo Rollouts narrows the selectors of both. */
export function candidateService(scope: Construct, context: EndpointContext, suffix: string): KubeService {
  return new KubeService(scope, 'CandidateService', {
    metadata: context.metadata(suffix, 'inference'),
    spec: inferenceSpec(context),
  });
}

function inferenceSpec(context: EndpointContext): ServiceSpec {
  return {
    type: 'ClusterIP',
    selector: { ...context.selector },
    ports: [
      {
        name: INFERENCE_PORT_NAME,
        port: INFERENCE_PORT,
        targetPort: IntOrString.fromString(INFERENCE_PORT_NAME),
        appProtocol: 'http',
      },
      ...grpcPort(context),
    ],
  };
}

function grpcPort({ plan }: EndpointContext): ServicePort[] {
  if (!plan.runtime.grpc) return [];
  return [
    {
      name: GRPC_PORT_NAME,
      port: GRPC_PORT,
      targetPort: IntOrString.fromString(GRPC_PORT_NAME),
      // HTTP/2 without TLS and without an upgrade; source: KEP-3726, standard application protocols.
      appProtocol: 'kubernetes.io/h2c',
    },
  ];
}

/** Apart, so that no route to the inference Service can ever reach metrics. Headless: one address per pod. */
export function managementService(scope: Construct, context: EndpointContext): KubeService {
  return new KubeService(scope, 'ManagementService', {
    metadata: context.metadata('-management', 'management'),
    spec: {
      clusterIp: 'None',
      // Metrics of a replica that starts or drains are the interesting ones.
      publishNotReadyAddresses: true,
      selector: { ...context.selector },
      ports: [
        {
          name: MANAGEMENT_PORT_NAME,
          port: MANAGEMENT_PORT,
          targetPort: managementTarget(context),
        },
      ],
    },
  });
}

/** The management port as others find it on the pods. */
export function managementTarget({ workload }: EndpointContext): IntOrString {
  return workload.declaresManagement
    ? IntOrString.fromString(MANAGEMENT_PORT_NAME)
    : IntOrString.fromNumber(MANAGEMENT_PORT);
}
