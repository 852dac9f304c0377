export { firstOf } from './contract-route';
export { HttpListener } from './http-listener';
export { InferenceHandler } from './inference-handler';
export { ManagementHandler } from './management-handler';
export { RolloutRoutes } from './rollout-routes';
