export { openPipeline } from './open-pipeline';
