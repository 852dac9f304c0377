export { LARGEST_DURATION_MS, METRICS, METRICS_PATH } from '../core/prometheus/metrics';
