import type { SlotState } from '../../../inference/repository/model-slot';
import { jsonReply, type Reply } from '../../http/reply';
import type { ContractRequest } from '../contract';

/**
 * States of ModelVersionStatus. What was put away to save memory counts as available: asking is what brings it back.
 * Source: https://github.com/tensorflow/serving, tensorflow_serving/apis/get_model_status.proto
 */
const STATES: Readonly<Record<SlotState, string>> = {
  loading: 'LOADING',
  ready: 'AVAILABLE',
  dormant: 'AVAILABLE',
  unloading: 'UNLOADING',
  unloaded: 'END',
  failed: 'END',
};

/** States of one version, or of all. */
export function modelStatus({ parts, model, version }: ContractRequest): Reply {
  const { repository, service, enabled } = parts;
  const versions = repository.slots.filter(
    (slot) => slot.name === model && (version === undefined || slot.version === version),
  );
  // Says what is served instead.
  if (versions.length === 0) service.model(model, version);
  const status = versions.map((entry) => ({
    version: entry.version,
    state: STATES[entry.state],
    status: entry.state === 'failed' ? FAILED : OK,
  }));
  const ready = status.some(({ state }) => state === 'AVAILABLE');
  // The same path in the words of KServe, whose clients look for these two.
  const kserve = enabled.has('kserve-v1') ? { name: model, ready } : {};
  return jsonReply(JSON.stringify({ model_version_status: status, ...kserve }));
}

const OK = { error_code: 'OK', error_message: '' };
const FAILED = { error_code: 'FAILED_PRECONDITION', error_message: 'The model could not be loaded.' };
