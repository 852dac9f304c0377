import type { Logger } from '../logging';
import { queryNumber } from './prometheus-query';
import type { Ask } from './query-judge';
import type { RolloutMetrics } from './rollout-metrics';

/** Asks for the figures of the gates of one model, counted; what fails is logged. */
export function gateQueries(model: string, logger: Logger, metrics: RolloutMetrics): Ask {
  return async ({ name, url, query }) => {
    const count = metrics.queriesOf(model, name);
    try {
      const value = await queryNumber(url, query);
      count(false);
      return value;
    } catch (err) {
      count(true);
      logger.warn({ event: 'gate_query_failed', model, gate: name, err }, 'a gate has no figure');
      throw err;
    }
  };
}
