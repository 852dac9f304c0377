export { contractProblems } from './check-contracts';
export { openContracts } from './open-contracts';
export { type Environment, withVertexEnvironment } from './vertex-environment';
