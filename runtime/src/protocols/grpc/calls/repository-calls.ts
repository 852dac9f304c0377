import { RequestError } from '../../../errors';
import { type ModelRepository, readControlParameters } from '../../../inference';
import type {
  ModelRepositoryParameter,
  RepositoryModelLoadRequest,
  RepositoryModelUnloadRequest,
} from '../messages/repository-messages';
import type { MessageValue } from '../schema/message';

/** Loads and unloads configured models, where the configuration lets clients do so. */
export class RepositoryCalls {
  constructor(private readonly repository: ModelRepository) {}

  async load(request: MessageValue<typeof RepositoryModelLoadRequest>): Promise<object> {
    await this.repository.load(request.model_name, parametersOf(request));
    return {};
  }

  async unload(request: MessageValue<typeof RepositoryModelUnloadRequest>): Promise<object> {
    await this.repository.unload(request.model_name, parametersOf(request));
    return {};
  }
}

function parametersOf({ repository_name, parameters }: MessageValue<typeof RepositoryModelLoadRequest>) {
  if (repository_name !== '') {
    throw new RequestError('REQUEST_INVALID', 'repository_name must be empty: there is one repository.');
  }
  return readControlParameters(
    Object.fromEntries([...parameters].map(([name, value]) => [name, given(value)])),
  );
}

function given(value: MessageValue<typeof ModelRepositoryParameter>): unknown {
  return value.bool_param ?? value.string_param ?? value.int64_param ?? value.bytes_param;
}
