export { tensorflowServing } from './tensorflow-serving';
