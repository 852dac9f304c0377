import { RequestError } from '../../errors';
import type { Logger } from '../../logging';
import type { RolloutAction, Rollouts } from '../../rollout';
import type { Authenticator } from '../../security';
import type { Exchange } from './exchange';
import { JsonForm } from './json-form';
import { readOptionalJson } from './read-body';
import { decodeSegment } from './routes';

export interface RolloutRoutesParts {
  readonly rollouts: Rollouts;
  /** Who may act; undefined: nobody. */
  readonly administrators: Authenticator | undefined;
  readonly logger: Logger;
}

const ACTION_PATH = /^\/rollouts\/([^/]+)\/(promote|rollback|stop)$/;
const MAX_BODY_BYTES = 4096;
const MAX_REASON_LENGTH = 500;

/** `GET /rollouts` tells how far they are; `POST /rollouts/{model}/promote|rollback|stop` decides. */
export class RolloutRoutes {
  constructor(private readonly parts: RolloutRoutesParts) {}

  /** Answers what asks to act on a rollout; false for everything else. */
  post(path: string, exchange: Exchange): boolean {
    const match = ACTION_PATH.exec(path);
    if (match === null) return false;
    this.act(decodeSegment(match[1]!), match[2] as RolloutAction, exchange).catch((error: unknown) =>
      exchange.fail(error),
    );
    return true;
  }

  get(exchange: Exchange): void {
    exchange.json(200, JSON.stringify({ rollouts: this.parts.rollouts.status() }));
  }

  private async act(model: string, action: RolloutAction, exchange: Exchange): Promise<void> {
    const actor = await this.identify(exchange);
    const reason = readReason(await readOptionalJson(exchange, MAX_BODY_BYTES));
    // Also what is refused: who tried belongs into the log.
    this.parts.logger.info(
      { event: 'audit', action: `rollout.${action}`, actor, model, reason },
      'asked to act',
    );
    exchange.json(200, JSON.stringify(this.parts.rollouts.act(model, action, actor, reason)));
  }

  private async identify(exchange: Exchange): Promise<string> {
    const { administrators } = this.parts;
    if (administrators === undefined) {
      throw new RequestError(
        'ROLLOUT_CONTROL_OFF',
        'Nobody may act here: no rollouts.adminKeys are configured.',
      );
    }
    const { authorization, 'x-api-key': apiKey } = exchange.request.headers;
    return administrators.authenticate({ authorization, apiKey });
  }
}

/** @throws RequestError REQUEST_INVALID */
function readReason(body: unknown): string {
  const form = new JsonForm();
  const { reason = 'none given' } = form.object(body, 'the body');
  form.throwIfAny();
  if (typeof reason === 'string' && reason.length <= MAX_REASON_LENGTH) return reason;
  throw new RequestError(
    'REQUEST_INVALID',
    `reason must be a text of at most ${MAX_REASON_LENGTH} characters.`,
  );
}
