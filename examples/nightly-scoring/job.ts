import path from 'node:path';
import { type BatchScoringJobProps, DataLocation, Duration, ModelSource, Schedule } from 'inferstack';

/** Made up, as the buckets are. */
const STORAGE_ACCOUNT =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-clinic/providers/Microsoft.Storage/storageAccounts/clinic';

const MODELS = path.join(__dirname, '../models/breast-cancer');

/** The job, said once for every platform: what is scored, when, and how much may go wrong. */
export const job: Omit<BatchScoringJobProps<unknown>, 'target' | 'run'> = {
  model: ModelSource.fromDirectory(path.join(MODELS, '2')),
  input: {
    from: DataLocation.at({
      aws: { bucket: 'clinic-measurements', path: 'daily/' },
      azure: { storageAccountId: STORAGE_ACCOUNT, container: 'measurements', path: 'daily/' },
      gcp: { bucket: 'clinic-measurements', path: 'daily/' },
      kubernetes: { claim: 'clinic', path: 'measurements/daily/' },
      // Rows the model was not fitted to, with the true label beside them.
      local: path.join(MODELS, 'held-out.csv'),
    }),
    passthrough: ['label'],
  },
  output: {
    to: DataLocation.at({
      aws: { bucket: 'clinic-scores', path: 'breast-cancer/' },
      azure: { storageAccountId: STORAGE_ACCOUNT, container: 'scores', path: 'breast-cancer/' },
      gcp: { bucket: 'clinic-scores', path: 'breast-cancer/' },
      kubernetes: { claim: 'clinic', path: 'scores/' },
      local: 'out/nightly-scoring',
    }),
  },
  schedule: Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin' }),
  monitoring: { runbookUrl: 'https://runbooks.example.com/nightly-scoring' },
};

export const run = {
  parallelism: 4,
  timeout: Duration.minutes(30),
  badRows: { maxShare: 0.05 },
  resources: { cpuMillis: 2000, memoryMiB: 4096 },
};
