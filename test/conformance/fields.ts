import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { Adapter, type FeaturePlan, Gate, type SecretPlaces } from 'inferstack';
import { temporaryFolder } from '../support/temporary-folder';
import type { Change } from './conformance-target';
import { CANDIDATE, PIPELINE, SECOND_MODEL, TRIAL } from './plan';

const one = (path: string, value: unknown): [string, Change] => [path, { [path]: value }];

/** Where a key is, on every platform. */
export const PLACES: Required<SecretPlaces> = {
  aws: { secret: 'feature-store/key' },
  azure: {
    keyVaultSecretId: 'https://vault.vault.azure.net/secrets/feature-store',
    resourceId:
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/vault/secrets/feature-store',
  },
  gcp: { secret: 'feature-store' },
  kubernetes: { secretName: 'feature-store', key: 'key' },
  compose: { file: '/etc/inferstack/feature-store.key' },
};

const CANARY: Change = {
  'rollout.strategy': 'canary',
  'rollout.steps': [{ percent: 10, holdSeconds: 600 }],
};

/** Every field of the plan with another value that most platforms take. A field missing here fails the suite. */
export const FIELDS: Readonly<Record<string, Change>> = Object.fromEntries([
  one('name', 'another-name'),
  ['model.digest', { 'models.0.digest': `sha256:${'1'.repeat(64)}` }],
  ['model.bytes', { 'models.0.bytes': 10 * 1024 ** 3 }],
  ['model.manifest.name', { 'models.0.manifest.name': 'other' }],
  ['model.manifest.version', { 'models.0.manifest.version': '7' }],
  ['models', { 'models.1': openModelPackage(SECOND_MODEL) }],
  one('scaling.minReplicas', 3),
  one('scaling.maxReplicas', 11),
  one('scaling.requestsPerReplica', 25),
  one('scaling.cpuPercent', 75),
  one('scaling.scaleOutCooldownSeconds', 90),
  one('scaling.scaleInCooldownSeconds', 900),
  one('resources.cpuMillis', 500),
  one('resources.memoryMiB', 3072),
  one('resources.architecture', 'arm64'),
  one('rollout.strategy', 'another'),
  ['rollout.allAtOnce', { 'rollout.strategy': 'allAtOnce' }],
  ['rollout.canary', CANARY],
  ['rollout.linear', linear(20)],
  ['rollout.blueGreen', { 'rollout.strategy': 'blueGreen' }],
  ['rollout.gates', { ...CANARY, 'rollout.gates': [Gate.errors().bind()] }],
  one('rollout.bakeSeconds', 600),
  one('rollout.timeoutSeconds', 1200),
  one('monitoring.errors.maxPercent', 3),
  one('monitoring.errors.minRequests', 50),
  one('monitoring.errors.windowSeconds', 60),
  one('monitoring.latency.maxP99Ms', 333),
  one('monitoring.latency.minRequests', 60),
  one('monitoring.latency.windowSeconds', 60),
  one('monitoring.logRetentionDays', 60),
  one('monitoring.dashboard', false),
  one('monitoring.runbookUrl', 'https://runbooks.example.com'),
  ['runtime.image.kind', { 'runtime.image': { kind: 'source', directory: runtimeFolder() } }],
  one('runtime.image.reference', `europe-docker.pkg.dev/serving/other/runtime@sha256:${'b'.repeat(64)}`),
  [
    'runtime.image.pinned',
    {
      'runtime.image': {
        kind: 'registry',
        reference: 'europe-docker.pkg.dev/serving/inferstack/runtime:1',
        pinned: false,
      },
    },
  ],
  one('runtime.logLevel', 'debug'),
  one('runtime.grpc', true),
  one('runtime.contracts', ['tensorflow-serving']),
  one('runtime.features', [feature(null)]),
  ['runtime.features.credentials', { 'runtime.features': [feature(PLACES)] }],
  one('runtime.pipelines', [PIPELINE]),
  one('runtime.rolloutKeys', PLACES),
  ['runtime.rollouts', { 'models.1': openModelPackage(CANDIDATE), 'runtime.rollouts': [TRIAL] }],
  one('runtime.adapters', [Adapter.json({ path: '/legacy/score' }).bind('breast-cancer')]),
  one('runtime.accessLogRatio', 0.5),
  one('runtime.maxBodyBytes', 1_000_000),
  one('runtime.requestTimeoutMs', 20_000),
  one('runtime.maxInFlight', 255),
  one('runtime.drainDelayMs', 6000),
  one('runtime.drainTimeoutMs', 31_000),
  one('runtime.execution.placement', 'threads'),
  one('runtime.execution.workers', 3),
  one('runtime.execution.intraOpThreads', 2),
  one('runtime.execution.maxBatchRows', 16),
  one('runtime.execution.maxWaitMs', 2),
  one('runtime.execution.hangMs', 10_000),
  one('runtime.execution.shareWeights', false),
]);

/** Whole branches that can be switched off. */
export const SWITCHES: Readonly<Record<string, Change>> = Object.fromEntries([
  one('monitoring.errors', null),
  one('monitoring.latency', null),
]);

/** Fields that are for messages alone. */
export const SAID_IN_MESSAGES = ['path'];

function linear(step: number): Change {
  const steps = Array.from({ length: 100 / step - 1 }, (_, i) => ({
    percent: (i + 1) * step,
    holdSeconds: 600,
  }));
  return { 'rollout.strategy': 'linear', 'rollout.steps': steps };
}

/** Features from an online store on a port of its own. */
function feature(secret: FeaturePlan['secret']): FeaturePlan {
  return {
    lookup: {
      name: 'cells',
      model: 'breast-cancer',
      source: { type: 'feast', url: 'https://features.example.com:6566', featureService: 'cells' },
      keys: [{ field: 'patient_id', key: 'patient_id', type: 'integer' }],
      features: [{ feature: 'mean_radius', field: 'mean radius', default: null }],
      onGiven: 'keep',
      onMissing: 'reject',
      onStale: 'reject',
      onError: 'reject',
      timeoutMs: 100,
      maxAgeSeconds: null,
      cache: null,
    },
    secret,
  };
}

/** What a target that builds the image looks for, whether or not the runtime was built before. */
function runtimeFolder(): string {
  const folder = temporaryFolder();
  for (const file of ['Dockerfile', 'package.json', 'npm-shrinkwrap.json', 'dist']) {
    writeFileSync(path.join(folder, file), '');
  }
  return folder;
}
