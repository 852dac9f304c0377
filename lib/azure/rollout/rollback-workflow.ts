import { and, at, type Expression, equals, not, number, text, triggerBody } from './expressions';
import { changeApp, isEmpty, NOTHING, READ_APP, state } from './rollout-state';
import {
  fail,
  inAnyCase,
  inOrder,
  resourceManager,
  until,
  type WorkflowActions,
  waitSeconds,
  when,
} from './workflow-actions';

/**
 * Longer than a run of the other workflow takes, which may have read the app before and write after: until it has moved
 * requests it makes three, each of twelve seconds at most.
 */
const CONFIRM_SECONDS = 45;
const TRIES = 10;

const stable = state('stable');
const candidate = state('candidate');

/**
 * What an alert does: gives all requests to the stable revision, and says which one was rejected. Reads again until it
 * is so and stays so. Without a candidate there is nothing to go back from.
 */
export function rollbackWorkflow(appId: string): WorkflowActions {
  const fired = equals(at(triggerBody(), 'data', 'essentials', 'monitorCondition'), text('Fired'));
  const rollBack = changeApp(
    appId,
    { stable, rejected: candidate, candidate: NOTHING, step: NOTHING, since: NOTHING },
    { shares: [{ revision: stable, percent: number(100) }], read: 'Read_again' },
  );
  const attempt = inAnyCase(
    ['Read_again', resourceManager('GET', appId)],
    ['If_not_yet', when(not(isRolledBack('Read_again')), { Roll_back: rollBack })],
    ['Wait', waitSeconds(CONFIRM_SECONDS)],
    ['Read_result', resourceManager('GET', appId)],
  );
  const repeated = inAnyCase(
    ['Until_rolled_back', until(isRolledBack('Read_result'), TRIES, attempt)],
    [
      'If_never',
      when(not(isRolledBack('Read_result')), {
        Say_so: fail('NotRolledBack', 'The requests could not be given back to the stable revision.'),
      }),
    ],
  );
  return inOrder(
    [READ_APP, resourceManager('GET', appId)],
    ['Decide', when(and(fired, not(isEmpty(candidate))), repeated)],
  );
}

function isRolledBack(read: string): Expression {
  return and(equals(state('rejected', read), candidate), isEmpty(state('candidate', read)));
}
