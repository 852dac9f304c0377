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
  inferstackBinary,
  inferstackGrpc,
  inferstackInline,
  inferstackThreads,
  litserve,
  mlserver,
  nodeEcho,
  nodeLoop,
  pythonLoop,
  type ServerContender,
} from '../contenders';
import type { LayoutName } from '../harness/cores';
import type { Encoding } from '../requests/encoding';

/** One model on one layout: everything in a suite is interleaved and compared with each other. */
export interface Suite {
  /** Package directory. */
  readonly model: string;
  readonly layout: LayoutName;
  readonly contenders: readonly Contender[];
  /** Measured with the open-loop client as well. */
  readonly open: readonly Contender[];
}

/**
 * What others are compared with: the best a Python team can be expected to write by hand. gRPC carries raw tensors, as
 * the binary baseline does.
 */
export const BASELINES: Readonly<Record<Encoding, ServerContender>> = {
  json: fastapiTuned,
  binary: fastapiTunedBinary,
  grpc: fastapiTunedBinary,
};

const examples = path.join(__dirname, '..', '..', '..', 'examples', 'models');
const generated = path.join(__dirname, '..', 'models', 'generated');
const LOGISTIC_REGRESSION = path.join(examples, 'breast-cancer', '1');
const GRADIENT_BOOSTING = path.join(examples, 'breast-cancer', '2');
const SMALL_CNN = path.join(generated, 'small-cnn', '1');
const MOBILENET = path.join(generated, 'mobilenet', '1');
const RESNET = path.join(generated, 'resnet18', '1');
const BERT = path.join(generated, 'bert', '1');

/** Weights of about 90 MB: large enough to tell them from the server around. */
export const MEMORY_MODEL = BERT;

const references = [nodeLoop, pythonLoop];
const json = [inferstack, fastapiTuned, fastapiIdiomatic, mlserver, bentoml, litserve];
const heavyJson = [inferstack, fastapiTuned, fastapiIdiomatic, mlserver];
const raw = [inferstackBinary, inferstackGrpc, fastapiTunedBinary];
const placements = [inferstack, inferstackThreads, inferstackInline];

type Plan = Omit<Suite, 'layout'>;

const onLayouts = (oneCore: readonly Plan[], twoCores: readonly Plan[]): readonly Suite[] => [
  ...oneCore.map((plan) => ({ ...plan, layout: 'one-core' as const })),
  ...twoCores.map((plan) => ({ ...plan, layout: 'two-cores' as const })),
];

export const STANDARD_SUITES = onLayouts(
  [
    {
      model: LOGISTIC_REGRESSION,
      contenders: [nodeEcho, inferstack, fastapiTuned, fastapiIdiomatic],
      open: [],
    },
    {
      model: GRADIENT_BOOSTING,
      contenders: [...references, nodeEcho, ...json, ...raw],
      open: [inferstack, fastapiTuned],
    },
    { model: SMALL_CNN, contenders: [nodeLoop, inferstack, fastapiTuned, ...raw], open: [] },
    { model: MOBILENET, contenders: [...references, ...heavyJson, ...raw], open: [inferstack, fastapiTuned] },
    { model: RESNET, contenders: [nodeLoop, inferstack, fastapiTuned, ...raw], open: [] },
    { model: BERT, contenders: [...references, ...heavyJson, ...raw], open: [inferstack, fastapiTuned] },
  ],
  [
    { model: GRADIENT_BOOSTING, contenders: [inferstack, fastapiTuned], open: [] },
    { model: BERT, contenders: [...placements, fastapiTuned, fastapiThreads], open: [] },
  ],
);

export const FULL_SUITES = onLayouts(
  [
    { model: LOGISTIC_REGRESSION, contenders: [...references, nodeEcho, ...json], open: [] },
    {
      model: GRADIENT_BOOSTING,
      contenders: [...references, nodeEcho, ...json, ...raw],
      open: [inferstack, fastapiTuned, fastapiIdiomatic, mlserver],
    },
    { model: SMALL_CNN, contenders: [...references, ...json, ...raw], open: [] },
    {
      model: MOBILENET,
      contenders: [...references, ...heavyJson, ...raw],
      open: [inferstack, fastapiTuned, fastapiTunedBinary],
    },
    { model: RESNET, contenders: [...references, inferstack, fastapiTuned, ...raw], open: [] },
    { model: BERT, contenders: [...references, ...heavyJson, ...raw], open: [inferstack, fastapiTuned] },
  ],
  [
    { model: GRADIENT_BOOSTING, contenders: json, open: [] },
    {
      model: MOBILENET,
      contenders: [inferstack, fastapiTuned, ...raw, fastapiThreadsBinary],
      open: [fastapiTunedBinary, fastapiThreadsBinary],
    },
    {
      model: BERT,
      contenders: [...heavyJson, ...placements.slice(1), fastapiThreads],
      open: [inferstack, fastapiTuned, fastapiThreads],
    },
  ],
);

export const QUICK_SUITES = onLayouts(
  [
    {
      model: GRADIENT_BOOSTING,
      contenders: [nodeLoop, nodeEcho, inferstack, fastapiTuned, fastapiIdiomatic],
      open: [inferstack, fastapiTuned],
    },
    { model: MOBILENET, contenders: [inferstack, fastapiTuned, ...raw], open: [] },
  ],
  [],
);
