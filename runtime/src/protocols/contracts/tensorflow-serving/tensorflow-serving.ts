import type { Contract, ContractEntry } from '../contract';
import { plainError } from '../error-replies';
import { modelMetadata } from './model-metadata';
import { modelStatus } from './model-status';
import { predict, refuseExamples, refuseLabel } from './predict';

const MODEL = '/v1/models/{model}';
const VERSION = `${MODEL}/versions/{version}`;
const LABEL = `${MODEL}/labels/{label}`;

const post = (path: string, label: string, summary: string, rest: Pick<ContractEntry, 'answer' | 'runs'>) =>
  ({ method: 'POST', path, label, summary, ...rest }) as const;
const get = (path: string, label: string, summary: string, answer: ContractEntry['answer']) =>
  ({ method: 'GET', path, label, summary, answer }) as const;

const PREDICT = 'rows (`instances`) or columns (`inputs`) in, outputs of the model out';
const NO_LABELS = 'refused, 404: versions have no labels';
const NO_EXAMPLES = 'refused, 400: they take tf.Example';

/** The REST API of TensorFlow Serving. */
export const tensorflowServing: Contract = {
  name: 'tensorflow-serving',
  source: 'https://www.tensorflow.org/tfx/serving/api_rest',
  errorReply: plainError,
  entries: [
    ...[MODEL, VERSION].flatMap((path) => [
      post(`${path}:predict`, 'tensorflow_predict', PREDICT, { runs: true, answer: predict }),
      get(path, 'model_ready', 'states of the versions', modelStatus),
      get(`${path}/metadata`, 'tensorflow_metadata', 'the signature as `serving_default`', modelMetadata),
    ]),
    ...[MODEL, VERSION].flatMap((path) => [
      post(`${path}:classify`, 'tensorflow_refused', NO_EXAMPLES, { answer: refuseExamples }),
      post(`${path}:regress`, 'tensorflow_refused', NO_EXAMPLES, { answer: refuseExamples }),
    ]),
    post(`${LABEL}:predict`, 'tensorflow_refused', NO_LABELS, { answer: refuseLabel }),
    get(LABEL, 'tensorflow_refused', NO_LABELS, refuseLabel),
    get(`${LABEL}/metadata`, 'tensorflow_refused', NO_LABELS, refuseLabel),
  ],
};
