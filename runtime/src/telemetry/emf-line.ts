import { EMF_DIMENSIONS, EMF_METRICS, EMF_NAMESPACE } from '../contract';
import { definitions, type EmfValues } from './emf-window';

/**
 * One line in the CloudWatch embedded metric format: an object whose member `_aws` says which of its other members are
 * metrics and dimensions. At most 100 metrics a line and 100 values a metric.
 *
 * A metric with many values is written as values with counts, the form of AWS's own exporter for OpenTelemetry; the
 * specification itself speaks of numbers and arrays of numbers.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param dimensions values by the names in EMF_DIMENSIONS.
 */
export function emfLine(
  timestamp: number,
  dimensionSets: readonly (readonly string[])[],
  dimensions: { readonly [name in keyof typeof EMF_DIMENSIONS]?: string },
  values: EmfValues,
): string {
  const members = Object.entries(dimensions).map(([key, value]) => [
    EMF_DIMENSIONS[key as keyof typeof EMF_DIMENSIONS],
    value,
  ]);
  const metrics = [...values].map(([key, value]) => [EMF_METRICS[key].name, value]);
  return JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        { Namespace: EMF_NAMESPACE, Dimensions: dimensionSets, Metrics: definitions(values) },
      ],
    },
    ...Object.fromEntries(members),
    ...Object.fromEntries(metrics),
  });
}
