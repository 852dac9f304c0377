import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { Construct } from 'constructs';
import { collect } from './collector';
import type { ModelEndpointProps } from './endpoint-props';
import type { EndpointPlan } from './plan';
import { resolveEndpointPlan } from './resolve-plan';

/**
 * Serves a trained model in real time: load balancing, autoscaling, health checks, logs, alarms and automatic
 * rollback on the platform of its target.
 *
 * @throws ProblemError at construction, listing everything wrong with the model and the props.
 */
export class ModelEndpoint<Native> extends Construct {
  /** The platform's own typed resources: the escape hatch. */
  readonly native: Native;
  /** Everything that was decided, defaults included. */
  readonly plan: EndpointPlan;
  /** The configuration the runtime starts with on the platform. */
  readonly runtimeConfig: RuntimeConfig;

  constructor(scope: Construct, id: string, props: ModelEndpointProps<Native>) {
    super(scope, id);
    this.plan = resolveEndpointPlan(this.node.path, props);
    const bound = props.target.bind(this, this.plan);
    this.native = bound.native;
    this.runtimeConfig = bound.runtimeConfig;
    this.node.defaultChild = bound.defaultChild;
    collect({ platform: props.target.platform, plan: this.plan, runtimeConfig: bound.runtimeConfig });
  }
}
