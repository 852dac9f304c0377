import type { RolloutPlan } from '../../core';
import type { RolloutOutcome } from './rollout-state';
import { allTraffic, moveTo, revisionCalls, serviceCalls, splitTraffic } from './service-calls';
import {
  answer,
  assign,
  call,
  decide,
  expression,
  given,
  handOver,
  type Subworkflow,
  type WorkflowDefinition,
  type WorkflowStep,
  type WorkflowValue,
} from './workflow';

/**
 * Looks at the service and does what is next, if anything. It never waits: it is started every minute, and what it
 * needs to know is noted at the service. So it neither misses a change nor leaves requests split when a run fails.
 *
 * @param service `projects/.../services/...`
 */
export function advanceWorkflow(service: string, rollout: RolloutPlan): WorkflowDefinition {
  return {
    main: main(service, rollout),
    adopt,
    begin,
    go_on: goOn,
    withdraw,
    ...serviceCalls,
    ...revisionCalls,
  };
}

function main(service: string, rollout: RolloutPlan): Subworkflow {
  const is = (outcome: RolloutOutcome) => `seen.state.outcome == "${outcome}"`;
  const known = 'seen.state.revision == seen.latest';
  const then = (callee: string, ...names: readonly string[]) => handOver(callee, callee, given(...names));
  return {
    steps: [
      assign('plan', { service, steps: stepsOf(rollout) }),
      call('look', 'read', given('service'), 'seen'),
      decide(
        'next',
        { condition: expression('seen.busy'), return: 'waits for Cloud Run' },
        { condition: expression('seen.latest == ""'), return: 'waits for a revision' },
        { condition: expression(is('none')), steps: then('adopt', 'service', 'seen') },
        {
          condition: expression(`${known} and ${is('moving')}`),
          steps: then('go_on', 'service', 'seen', 'steps'),
        },
        { condition: expression(known), return: expression('"nothing to do: " + seen.state.outcome') },
        { condition: expression(is('moving')), steps: then('withdraw', 'service', 'seen') },
      ),
      ...then('begin', 'service', 'seen', 'steps'),
    ],
  };
}

/** All requests are the last step, held while they are watched. */
function stepsOf({ steps, bakeSeconds }: RolloutPlan): WorkflowValue {
  return [...steps, { percent: 100, holdSeconds: bakeSeconds }].map(({ percent, holdSeconds }) => ({
    percent,
    hold: holdSeconds,
  }));
}

/** The first look: what serves is stable from now on, by its name; what never got ready is passed over. */
const adopt: Subworkflow = {
  params: ['service', 'seen'],
  steps: [
    ready('serving'),
    decide('works', { condition: expression('ready'), steps: complete('adopt', 'seen.serving') }),
    ready('latest'),
    decide('repaired', { condition: expression('ready'), steps: complete('repair', 'seen.latest') }),
    answer('neither', 'waits for a first revision'),
  ],
};

/** A revision nobody decided about yet: it gets its first share once it is ready. */
const begin: Subworkflow = {
  params: ['service', 'seen', 'steps'],
  steps: [
    decide('there', {
      condition: expression('seen.serving == seen.latest'),
      steps: complete('accept', 'seen.latest'),
    }),
    ready('latest'),
    decide('may', {
      condition: expression('not ready'),
      return: expression('"waits for " + seen.latest'),
    }),
    ...share({ candidate: 'seen.latest', stable: 'seen.serving', step: '0' }),
  ],
};

const goOn: Subworkflow = {
  params: ['service', 'seen', 'steps'],
  steps: [
    decide('own', {
      condition: expression('share_of(seen.found, seen.latest) != seen.state.percent'),
      // Somebody moved the requests: what people do stays.
      steps: moveTo('leave', expression('seen.found.traffic'), {
        revision: expression('seen.latest'),
        outcome: 'byHand',
      }),
    }),
    decide(
      'time',
      { condition: expression('sys.now() < seen.state.until'), return: 'holds' },
      {
        condition: expression('seen.state.step + 1 >= len(steps)'),
        steps: complete('complete', 'seen.latest'),
      },
    ),
    ...share({ candidate: 'seen.latest', stable: 'seen.state.stable', step: 'seen.state.step + 1' }),
  ],
};

/** A newer revision came: the one under way gives its requests back, and the newer one begins with the next look. */
const withdraw: Subworkflow = {
  params: ['service', 'seen'],
  steps: moveTo('withdraw', allTraffic('seen.state.stable'), {
    revision: expression('seen.state.revision'),
    outcome: 'superseded',
  }),
};

function ready(which: 'serving' | 'latest'): WorkflowStep {
  const args = { ...given('service'), revision: expression(`seen.${which}`) };
  return call(`is_${which}_ready`, 'is_ready', args, 'ready');
}

function complete(name: string, revision: string): WorkflowStep[] {
  return moveTo(name, allTraffic(revision), { revision: expression(revision), outcome: 'completed' });
}

interface Share {
  readonly candidate: string;
  readonly stable: string;
  readonly step: string;
}

function share({ candidate, stable, step }: Share): WorkflowStep[] {
  return [
    assign('choose', { step: expression(step), chosen: expression('steps[step]') }),
    ...moveTo('share', splitTraffic(candidate, stable, 'chosen.percent'), {
      revision: expression(candidate),
      outcome: 'moving',
      stable: expression(stable),
      step: expression('step'),
      percent: expression('chosen.percent'),
      until: expression('int(sys.now()) + chosen.hold'),
    }),
  ];
}
