export { bentoml } from './bentoml';
export type { Command, Contender, LoopContender, PythonEnvironment, ServerContender } from './contender';
export { nodeLoop, pythonLoop } from './engine-loops';
export {
  fastapiIdiomatic,
  fastapiThreads,
  fastapiThreadsBinary,
  fastapiTuned,
  fastapiTunedBinary,
} from './fastapi';
export {
  inferstack,
  inferstackBinary,
  inferstackGrpc,
  inferstackInline,
  inferstackThreads,
} from './inferstack';
export { litserve } from './litserve';
export { mlserver } from './mlserver';
export { nodeEcho } from './node-echo';
