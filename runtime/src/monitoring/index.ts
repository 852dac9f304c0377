export { EXPOSITION_CONTENT_TYPE, expose } from './exposition';
export { RuntimeMetrics } from './runtime-metrics';
