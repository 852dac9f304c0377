import type { ConformanceTarget } from '../conformance-target';
import { argo } from './argo';
import { aws } from './aws';
import { azure } from './azure';
import { compose } from './compose';
import { gcp } from './gcp';
import { kserve } from './kserve';
import { kubernetes } from './kubernetes';
import { machineLearning } from './machine-learning';
import { sagemaker } from './sagemaker';
import { vertex } from './vertex';

/** Every target there is, in the order of the support matrix. */
export const targets: readonly ConformanceTarget[] = [
  aws,
  sagemaker,
  azure,
  machineLearning,
  gcp,
  vertex,
  kubernetes,
  argo,
  kserve,
  compose,
];
