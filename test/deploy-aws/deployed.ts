import path from 'node:path';

/** What app.ts asks for and the checks look for. */
export const STACK = 'DeployedForReal';
export const IMAGE = `111122223333.dkr.ecr.us-east-1.amazonaws.com/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const SCALING = { minReplicas: 2, maxReplicas: 6, requestsPerReplica: 100 } as const;
export const MAX_P99_MS = 250;
export const BAKE_MINUTES = 10;
export const LOG_RETENTION_DAYS = 30;

export type ModelVersion = '1' | '2';

export const modelDirectory = (version: ModelVersion): string =>
  path.resolve(__dirname, '../../examples/models/breast-cancer', version);
