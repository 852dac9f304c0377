export { type AnsweredRequest, RequestReporter } from './request-reporter';
export { Telemetry } from './telemetry';
export type { SpanAttributes, TracedRequest } from './tracing';
