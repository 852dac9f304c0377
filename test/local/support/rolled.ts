import path from 'node:path';
import { Duration, type ModelEndpointProps, ModelSource, type Rollout } from 'inferstack';
import type { AppEndpoint } from 'inferstack/local';
import { toAppEndpoint } from '../../../lib/local/app-endpoint';
import { fakeEndpoint } from '../../support/endpoint';
import type { FakeNative } from '../../support/fake-target';

type Props = Partial<ModelEndpointProps<FakeNative>>;

/** An endpoint of two replicas as `inferstack up` gets it from an app. */
export function rolledEndpoint(model: string, rollout: Rollout, props: Props = {}): AppEndpoint {
  const { plan, runtimeConfig } = fakeEndpoint({
    model: ModelSource.fromDirectory(path.resolve(model)),
    rollout,
    scaling: { minReplicas: 2, maxReplicas: 2 },
    runtime: { drainDelay: Duration.seconds(0) },
    ...props,
  });
  return toAppEndpoint({ platform: 'kubernetes', plan, runtimeConfig });
}
