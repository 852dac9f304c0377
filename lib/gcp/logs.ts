import { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config';
import { LoggingProjectExclusion } from '@cdktf/provider-google/lib/logging-project-exclusion';
import { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink';
import type { Construct } from 'constructs';
import type { EndpointContext, ResourceContext } from './context';
import type { BoundExposure } from './exposure';

export interface EndpointLogs {
  readonly logBucket: LoggingProjectBucketConfig;
  readonly logSink: LoggingProjectSink;
  readonly logExclusion: LoggingProjectExclusion;
}

/**
 * A log bucket with the retention of the plan. Retention belongs to buckets, and the project's `_Default` is everyone's:
 * so the endpoint's lines go to a bucket of its own, and `_Default` leaves them out.
 */
export function createLogs(scope: Construct, context: ResourceContext, filter: string): EndpointLogs {
  const { name, project, region, plan } = context;
  const logBucket = new LoggingProjectBucketConfig(scope, 'LogBucket', {
    project,
    location: region,
    bucketId: logId(context),
    retentionDays: plan.monitoring.logRetentionDays,
    description: `Logs of the model endpoint ${name}`,
  });
  const logSink = new LoggingProjectSink(scope, 'LogSink', {
    name: logId(context),
    project,
    destination: `logging.googleapis.com/${logBucket.id}`,
    filter,
    uniqueWriterIdentity: true,
  });
  const logExclusion = new LoggingProjectExclusion(scope, 'LogExclusion', {
    name: logId(context),
    project,
    filter,
    description: `In the log bucket ${logId(context)}`,
    // Lines that neither keeps would be lost.
    dependsOn: [logSink],
  });
  return { logBucket, logSink, logExclusion };
}

/** Sinks and exclusions belong to the project, services to a region. */
const logId = ({ name, region }: ResourceContext): string => `${name}-${region}`;

/** https://cloud.google.com/logging/docs/view/logging-query-language */
export function logFilter(context: EndpointContext, exposure: BoundExposure): string {
  const service = serviceFilter(context);
  const { loadBalancer } = exposure;
  if (loadBalancer === undefined) return service;
  const type = loadBalancer.kind === 'external' ? 'http_load_balancer' : 'internal_http_lb_rule';
  return `(${service}) OR (resource.type="${type}" AND resource.labels.backend_service_name="${context.name}")`;
}

export function serviceFilter({ name, region }: EndpointContext): string {
  const labels = `resource.labels.service_name="${name}" AND resource.labels.location="${region}"`;
  return `resource.type="cloud_run_revision" AND ${labels}`;
}
