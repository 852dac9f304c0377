import type { ChartProps } from 'cdk8s';
import type { ModelEndpointProps } from 'inferstack';
import { KServeEndpoint, type KServeEndpointOptions, type KServeNative } from 'inferstack/kubernetes';
import { at } from '../../support/manifest';
import { chart, endpointOn, type Rendered, rendered, type Synthesized } from '../../support/synthesize';

export type Props = Omit<Partial<ModelEndpointProps<KServeNative>>, 'target'>;

/** An endpoint `serving-endpoint` of breast-cancer 1 under KServe in the namespace `models`. */
export function synthesize(
  options: KServeEndpointOptions = {},
  props: Props = {},
  chartProps: ChartProps = {},
): Synthesized<KServeNative> {
  const scope = chart(chartProps);
  const endpoint = endpointOn(new KServeEndpoint(options), scope, props);
  return { endpoint, ...rendered(scope) };
}

/**
 * The pod KServe 0.16 makes: fields of the runtime, over them those of the predictor (MergePodSpec and
 * MergeRuntimeContainers in its pkg/controller/v1beta1/inferenceservice/utils). The two share no field here, which
 * the tests check, so that the order does not matter.
 */
export function mergedPod({ find }: Rendered): Record<string, unknown> {
  const { containers, volumes, nodeSelector, imagePullSecrets } = at(
    find('ServingRuntime'),
    'spec',
  ) as Fields;
  const predictor = at(find('InferenceService'), 'spec.predictor') as Fields;
  const own = Object.entries(predictor).filter(([field]) => !COMPONENT_FIELDS.includes(field));
  return withoutUndefined({
    ...{ containers, volumes, nodeSelector, imagePullSecrets },
    ...Object.fromEntries(own),
  });
}

type Fields = Record<string, unknown>;

/** Fields of a predictor that are none of the pod. */
export const COMPONENT_FIELDS = ['labels', 'annotations', 'timeout', 'deploymentStrategy', 'model'];

function withoutUndefined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
