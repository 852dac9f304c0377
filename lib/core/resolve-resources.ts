import type { ResourcesProps } from './endpoint-props';
import type { ResourcesPlan } from './plan';

/** What one replica, or one worker of a job, may use. */
export function resolveResources(resources: ResourcesProps = {}): ResourcesPlan {
  return {
    cpuMillis: resources.cpuMillis ?? 1000,
    memoryMiB: resources.memoryMiB ?? 2048,
    architecture: resources.architecture ?? 'x86_64',
  };
}
