import { show } from '../../contract';
import { RequestError } from '../../errors';

/** What a request to load or unload may say besides the name of the model. */
export interface ControlParameters {
  /** One version. @default - all configured versions */
  readonly version?: string;
}

/**
 * Reads the parameters of a load or unload request. What would load something other than what is configured is
 * refused: models are pinned by their digest.
 *
 * @throws RequestError REQUEST_INVALID
 */
export function readControlParameters(given: Readonly<Record<string, unknown>>): ControlParameters {
  for (const [name, value] of Object.entries(given)) {
    if (name === 'version' && typeof value === 'string') continue;
    // No model of this server has dependents.
    if (name === 'unload_dependents' && typeof value === 'boolean') continue;
    throw new RequestError(
      'REQUEST_INVALID',
      `parameters.${name} (${show(value)}) is not known here; version takes a string, unload_dependents a boolean.`,
    );
  }
  return given.version === undefined ? {} : { version: given.version as string };
}
