import { azureCases, azureUpgrade } from './azure';
import { azureBatchCases } from './azure-batch';
import type { Case, Upgrade } from './case';
import { gcpCases, gcpRolloutUpgrade, gcpUpgrade } from './gcp';
import { machineLearningCases } from './machine-learning';
import { vertexCases, vertexUpgrade } from './vertex';

export type { Case, Upgrade } from './case';

/** Stacks that terraform judges besides the examples. */
export const cases: readonly Case[] = [
  ...azureCases,
  ...azureBatchCases,
  ...machineLearningCases,
  ...gcpCases,
  ...vertexCases,
];

export const upgrades: readonly Upgrade[] = [azureUpgrade, gcpUpgrade, gcpRolloutUpgrade, vertexUpgrade];
