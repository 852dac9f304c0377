import type { Volume, VolumeMount } from 'cdk8s-plus-32/lib/imports/k8s';
import type { ClaimPlace, JobPlaces } from '../../core';

const INPUT = '/var/lib/inferstack/input';
const OUTPUT = '/var/lib/inferstack/output';

export interface DataVolumes {
  readonly inputPath: string;
  readonly outputPath: string;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
}

/**
 * Input and output as the workers see them. The mount of the input is read-only; on one claim the mount of the output
 * holds the input too, and only the runtime keeps to the output. No `subPath`: a folder that the kubelet makes for it
 * belongs to root.
 */
export function dataVolumes({ input, output }: JobPlaces<ClaimPlace>): DataVolumes {
  const same = input.claim === output.claim;
  const names = same ? (['data', 'data'] as const) : (['input', 'output'] as const);
  return {
    inputPath: `${INPUT}/${input.path ?? ''}`,
    outputPath: `${OUTPUT}/${output.path ?? ''}`,
    volumes: same
      ? [{ name: 'data', persistentVolumeClaim: { claimName: input.claim } }]
      : [
          { name: 'input', persistentVolumeClaim: { claimName: input.claim, readOnly: true } },
          { name: 'output', persistentVolumeClaim: { claimName: output.claim } },
        ],
    mounts: [
      { name: names[0], mountPath: INPUT, readOnly: true },
      { name: names[1], mountPath: OUTPUT },
    ],
  };
}
