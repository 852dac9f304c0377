import path from 'node:path';
import {
  bentoml,
  type Contender,
  fastapiIdiomatic,
  fastapiThreads,
  fastapiThreadsBinary,
  fastapiTuned,
  fastapiTunedBinary,
  inferstack,
  litserve,
  mlserver,
  nodeEcho,
  nodeLoop,
  pythonLoop,
} from '../contenders';
import type { LayoutName } from '../harness/cores';

/** One model on one layout: everything in a suite is interleaved and compared with each other. */
export interface Suite {
  /** Package directory. */
  readonly model: string;
  readonly layout: LayoutName;
  readonly contenders: readonly Contender[];
  /** Measured with the open-loop client as well. */
  readonly open: readonly Contender[];
}

/** What others are compared with: the best a Python team can be expected to write by hand. */
export const BASELINES = [fastapiTuned, fastapiTunedBinary] as const;

const examples = path.join(__dirname, '..', '..', '..', 'examples', 'models');
const generated = path.join(__dirname, '..', 'models', 'generated');
const LOGISTIC_REGRESSION = path.join(examples, 'breast-cancer', '1');
const GRADIENT_BOOSTING = path.join(examples, 'breast-cancer', '2');
const SMALL_CNN = path.join(generated, 'small-cnn', '1');
const MOBILENET = path.join(generated, 'mobilenet', '1');
const RESNET = path.join(generated, 'resnet18', '1');
const BERT = path.join(generated, 'bert', '1');

const references = [nodeLoop, pythonLoop];
const json = [inferstack, fastapiTuned, fastapiIdiomatic, mlserver, bentoml, litserve];
const heavyJson = [inferstack, fastapiTuned, fastapiIdiomatic, mlserver];

const oneCore: readonly Omit<Suite, 'layout'>[] = [
  { model: LOGISTIC_REGRESSION, contenders: [...references, nodeEcho, ...json], open: [] },
  {
    model: GRADIENT_BOOSTING,
    contenders: [...references, nodeEcho, ...json],
    open: [inferstack, fastapiTuned, fastapiIdiomatic, mlserver],
  },
  { model: SMALL_CNN, contenders: [...references, ...json], open: [] },
  {
    model: MOBILENET,
    contenders: [...references, ...heavyJson, fastapiTunedBinary],
    open: [inferstack, fastapiTuned, fastapiTunedBinary],
  },
  { model: RESNET, contenders: [...references, inferstack, fastapiTuned, fastapiTunedBinary], open: [] },
  { model: BERT, contenders: [...references, ...heavyJson], open: [inferstack, fastapiTuned] },
];

const twoCores: readonly Omit<Suite, 'layout'>[] = [
  { model: GRADIENT_BOOSTING, contenders: json, open: [] },
  {
    model: MOBILENET,
    contenders: [inferstack, fastapiTuned, fastapiTunedBinary, fastapiThreadsBinary],
    open: [fastapiTunedBinary, fastapiThreadsBinary],
  },
  {
    model: BERT,
    contenders: [...heavyJson, fastapiThreads],
    open: [inferstack, fastapiTuned, fastapiThreads],
  },
];

export const FULL_SUITES: readonly Suite[] = [
  ...oneCore.map((suite) => ({ ...suite, layout: 'one-core' as const })),
  ...twoCores.map((suite) => ({ ...suite, layout: 'two-cores' as const })),
];

export const QUICK_SUITES: readonly Suite[] = [
  {
    model: GRADIENT_BOOSTING,
    layout: 'one-core',
    contenders: [nodeLoop, nodeEcho, inferstack, fastapiTuned, fastapiIdiomatic],
    open: [inferstack, fastapiTuned],
  },
  {
    model: MOBILENET,
    layout: 'one-core',
    contenders: [inferstack, fastapiTuned, fastapiTunedBinary],
    open: [],
  },
];
