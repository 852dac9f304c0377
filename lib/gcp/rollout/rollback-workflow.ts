import { allTraffic, moveTo, serviceCalls } from './service-calls';
import {
  answer,
  assign,
  call,
  decide,
  expression,
  given,
  type Subworkflow,
  type WorkflowDefinition,
} from './workflow';

/**
 * Gives all requests back to the stable revision while another one is taking over, and notes that it is not to begin
 * again. Started by an alarm; without one, as by hand, it does the same.
 *
 * @param service `projects/.../services/...`
 */
export function rollbackWorkflow(service: string): WorkflowDefinition {
  return { main: main(service), roll_back: rollBack, may_pass: mayPass, ...serviceCalls };
}

/** Messages: https://cloud.google.com/monitoring/support/notification-options#pubsub */
function main(service: string): Subworkflow {
  return {
    params: ['event'],
    steps: [
      assign('start', { service, message: expression('map.get(event, ["data", "message", "data"])') }),
      decide('alarm', {
        condition: expression('message != null'),
        steps: [
          assign('decode', { alarm: expression('json.decode(base64.decode(message))') }),
          // The end of an incident is told as well.
          decide('open', {
            condition: expression('map.get(alarm, ["incident", "state"]) != "open"'),
            return: 'no open incident',
          }),
        ],
      }),
      {
        back: {
          try: { call: 'roll_back', args: given('service'), result: 'done' },
          // Others write to the service too: then it is read again. Nothing else would try a second time.
          retry: {
            predicate: expression('may_pass'),
            max_retries: 10,
            backoff: { initial_delay: 1, max_delay: 30, multiplier: 2 },
          },
        },
      },
      answer('tell', expression('done')),
    ],
  };
}

const rollBack: Subworkflow = {
  params: ['service'],
  steps: [
    call('look', 'read', given('service'), 'seen'),
    decide('moving', {
      condition: expression('seen.state.outcome != "moving"'),
      return: expression('"nothing to take back: " + seen.state.outcome'),
    }),
    ...moveTo('back', allTraffic('seen.state.stable'), {
      revision: expression('seen.state.revision'),
      outcome: 'rolledBack',
    }),
  ],
};

/** `may_pass(e)`: conflicts with another writer, too many requests, faults of the platform, lost connections. */
const mayPass: Subworkflow = {
  params: ['e'],
  steps: [
    assign('code', { code: expression('default(map.get(e, "code"), 503)') }),
    answer('tell', expression('code == 409 or code == 412 or code == 429 or code >= 500')),
  ],
};
