import { type Container, type PodSpec, Quantity } from 'cdk8s-plus-32/lib/imports/k8s';
import { modelBytes } from '../../core';
import type { BoundModels } from '../model-delivery';
import {
  ARCH,
  ARCH_LABEL,
  CONFIG_DIRECTORY,
  CONFIG_FILE,
  cacheMiB,
  RUNTIME_CACHE,
  RUNTIME_USER,
} from '../pod';
import type { DataVolumes } from './data-volumes';
import type { JobContext } from './job-context';
import type { KubernetesBatchOptions } from './kubernetes-batch-options';

/** For the runtime to end by itself, and to say why, before the cluster ends it. */
const GRACE_SECONDS = 60;
const DEFAULT_SCRATCH_MIB = 4096;
/** The same in all pods of a Job, and in no other Job, also of the same name. https://kubernetes.io/docs/reference/labels-annotations-taints/#batch-kubernetes-io-controller-uid */
const JOB_UID = "metadata.labels['batch.kubernetes.io/controller-uid']";

export interface WorkerParts {
  readonly configMap: string;
  readonly serviceAccount: string;
  readonly model: BoundModels;
  readonly data: DataVolumes;
}

/** A pod that passes the restricted Pod Security Standard. */
export function workerPod(context: JobContext, options: KubernetesBatchOptions, parts: WorkerParts): PodSpec {
  const { job } = context;
  const { pod = {}, scratchMiB = DEFAULT_SCRATCH_MIB } = options;
  const tmpMiB = scratchMiB + cacheMiB(modelBytes([job.model]));
  return {
    // A Job looks at exit codes only of pods that do not start again by themselves.
    restartPolicy: 'Never',
    activeDeadlineSeconds: job.run.timeoutSeconds + GRACE_SECONDS,
    serviceAccountName: parts.serviceAccount,
    // The runtime never talks to the Kubernetes API.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: pod.imagePullSecrets?.map((name) => ({ name })),
    priorityClassName: pod.priorityClassName,
    nodeSelector: { ...pod.nodeSelector, [ARCH_LABEL]: ARCH[job.resources.architecture] },
    tolerations: pod.tolerations === undefined ? undefined : [...pod.tolerations],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: RUNTIME_USER,
      runAsGroup: RUNTIME_USER,
      // So that the volume of the results can be written.
      fsGroup: RUNTIME_USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(context, parts)],
    volumes: [
      { name: 'config', configMap: { name: parts.configMap } },
      { name: 'tmp', emptyDir: { sizeLimit: Quantity.fromString(`${tmpMiB}Mi`) } },
      ...parts.model.volumes,
      ...parts.data.volumes,
    ],
  };
}

function container({ job }: JobContext, { model, data }: WorkerParts): Container {
  const { resources, runtime } = job;
  const { image } = runtime;
  if (image.kind !== 'registry') throw new Error('a source image passed the checks');
  const memory = Quantity.fromString(`${resources.memoryMiB}Mi`);
  return {
    name: 'runtime',
    image: image.reference,
    // A tag may move: without asking the registry, two nodes could run two images.
    imagePullPolicy: image.pinned ? 'IfNotPresent' : 'Always',
    env: [
      { name: 'INFERSTACK_CONFIG', value: `${CONFIG_DIRECTORY}/${CONFIG_FILE}` },
      { name: 'INFERSTACK_CACHE', value: RUNTIME_CACHE },
      { name: 'INFERSTACK_EXECUTION', valueFrom: { fieldRef: { fieldPath: JOB_UID } } },
    ],
    envFrom: model.envFrom === undefined ? undefined : [model.envFrom],
    resources: {
      requests: { cpu: Quantity.fromString(`${resources.cpuMillis}m`), memory },
      limits: { memory },
    },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      ...model.mounts,
      ...data.mounts,
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
