export { runBatch } from './batch-role';
