import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { Construct, IConstruct } from 'constructs';
import type { EndpointPlan } from './plan';

/** The tool that deploys what a target synthesizes. */
export type Platform = 'aws' | 'azure' | 'gcp' | 'kubernetes' | 'compose';

/** A platform a model can be served on. Give it to `ModelEndpoint`. */
export interface EndpointTarget<Native> {
  readonly platform: Platform;
  /**
   * Creates the platform's resources below `scope`.
   *
   * @throws ProblemError or UnsupportedError for what the platform cannot do.
   */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<Native>;
}

/** What a target made of a plan. */
export interface BoundEndpoint<Native> {
  /** The platform's own typed resources: the escape hatch. */
  readonly native: Native;
  /** The configuration the runtime is started with on the platform; may hold the tool's placeholders in addresses. */
  readonly runtimeConfig: RuntimeConfig;
  /** The main resource, returned by `node.defaultChild`. */
  readonly defaultChild: IConstruct;
}
