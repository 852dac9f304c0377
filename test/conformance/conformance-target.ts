import type { ClientContract, RuntimeConfig } from '@inferstack/runtime/contract';
import type { EndpointPlan, ModelEndpointProps, Platform } from 'inferstack';

/** Props without a platform: what one definition says everywhere. */
export type NeutralProps = Omit<ModelEndpointProps<unknown>, 'model' | 'target'>;

/** What a target made of a plan. */
export interface Rendered {
  /** Everything that is deployed, and every warning, but the runtime's configuration: plain JSON. */
  readonly platform: unknown;
  /** The configuration the runtime is started with there. */
  readonly runtimeConfig: RuntimeConfig;
  /** The whole output as text, the configuration included. */
  readonly text: string;
}

/** A change of the plan: dotted path to value. Several where one value alone would contradict another. */
export type Change = Readonly<Record<string, unknown>>;

/** One target under the suite that all of them pass. */
export interface ConformanceTarget {
  readonly platform: Platform;
  /** The class users name. */
  readonly title: string;
  /** What the platform demands to be said; empty where every default suits. */
  readonly demands: NeutralProps;
  /** Changes that suit the platform where the common one cannot. */
  readonly changes: Readonly<Record<string, Change>>;
  /** Codes by which the platform refuses an amount that it cannot have, besides `UnsupportedError`. */
  readonly limits: readonly string[];
  /** Contracts the runtime speaks there without being asked, since the platform's own clients do. @default - none */
  readonly speaks?: readonly ClientContract[];
  /** Binds a plan below a new stack. */
  bind(plan: EndpointPlan, exposure?: 'default' | 'internet'): Rendered;
  /** What of the output anyone on the internet could reach. */
  publicExposures(rendered: Rendered): string[];
  /** Permissions given to the endpoint that name no single action or no single resource. */
  broadPermissions(rendered: Rendered): string[];
  /** The broad permissions that the platform leaves no way around, each with its reason. */
  readonly unavoidable: Readonly<Record<string, string>>;
}
