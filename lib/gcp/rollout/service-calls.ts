import { NO_STATE, type RolloutState, STABLE_TAG, STATE_ANNOTATION } from './rollout-state';
import {
  answer,
  assign,
  call,
  decide,
  expression,
  forEach,
  given,
  handOver,
  type Subworkflow,
  type WorkflowStep,
  type WorkflowValue,
} from './workflow';

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services */
const API = '"https://run.googleapis.com/v2/" + service';
const AUTH = { type: 'OAuth2' };

/** Values that go into a state: known ones, or expressions. */
type StateValues = Readonly<Record<keyof RolloutState, WorkflowValue>>;

/** `read(service)`: the service, its state, its latest revision, and the one most requests go to. */
const read: Subworkflow = {
  params: ['service'],
  steps: [
    call('get', 'http.get', { url: expression(API), auth: AUTH }, 'got'),
    assign('look', {
      found: expression('got.body'),
      empty: JSON.stringify(NO_STATE),
      noted: expression(`default(map.get(found, ["annotations", "${STATE_ANNOTATION}"]), empty)`),
      state: expression('json.decode(noted)'),
      latest: expression('last_part(map.get(found, "latestCreatedRevision"))'),
      serving: expression('serving_revision(found)'),
    }),
    answer('tell', {
      found: expression('found'),
      state: expression('state'),
      latest: expression('latest'),
      serving: expression('serving'),
      busy: expression('default(map.get(found, "reconciling"), false)'),
    }),
  ],
};

/** `last_part("projects/.../revisions/r1")`: `r1`. */
const lastPart: Subworkflow = {
  params: ['name'],
  steps: [
    assign('split', { parts: expression('text.split(default(name, ""), "/")') }),
    answer('tell', expression('parts[len(parts) - 1]')),
  ],
};

/** `serving_revision(found)`: whom most requests go to; what follows the latest by itself counts as the latest ready. */
const servingRevision: Subworkflow = {
  params: ['found'],
  steps: [
    assign('start', { none: [], most: 0, name: '' }),
    forEach('targets', 'target', 'default(map.get(found, "traffic"), none)', [
      decide('compare', {
        condition: expression('default(map.get(target, "percent"), 0) > most'),
        steps: [
          assign('take', {
            most: expression('target.percent'),
            name: expression('default(map.get(target, "revision"), "")'),
          }),
        ],
      }),
    ]),
    decide('follows', { condition: expression('name != ""'), return: expression('last_part(name)') }),
    answer('tell', expression('last_part(map.get(found, "latestReadyRevision"))')),
  ],
};

/** `share_of(found, revision)`: percent of the requests. */
const shareOf: Subworkflow = {
  params: ['found', 'revision'],
  steps: [
    assign('start', { none: [], sum: 0 }),
    forEach('targets', 'target', 'default(map.get(found, "traffic"), none)', [
      decide('compare', {
        condition: expression('last_part(map.get(target, "revision")) == revision'),
        steps: [assign('add', { sum: expression('sum + default(map.get(target, "percent"), 0)') })],
      }),
    ]),
    answer('tell', expression('sum')),
  ],
};

/** `is_ready(service, revision)`: whether its instances start, which here means that the golden samples passed. */
const isReady: Subworkflow = {
  params: ['service', 'revision'],
  steps: [
    decide('exists', { condition: expression('revision == ""'), return: false }),
    call('get', 'http.get', { url: expression(`${API} + "/revisions/" + revision`), auth: AUTH }, 'got'),
    assign('start', { none: [] }),
    forEach('conditions', 'condition', 'default(map.get(got.body, "conditions"), none)', [
      decide('ready', {
        condition: expression(
          'map.get(condition, "type") == "Ready" and map.get(condition, "state") == "CONDITION_SUCCEEDED"',
        ),
        return: true,
      }),
    ]),
    answer('not_ready', false),
  ],
};

/** `move(service, found, traffic, state)`: both at once, unless the service changed since it was read. */
const move: Subworkflow = {
  params: ['service', 'found', 'traffic', 'state'],
  steps: [
    assign('note', {
      none: {},
      noted: { [STATE_ANNOTATION]: expression('json.encode_to_string(state)') },
      annotations: expression('map.merge(default(map.get(found, "annotations"), none), noted)'),
    }),
    call(
      'patch',
      'http.patch',
      {
        url: expression(`${API} + "?updateMask=traffic,annotations"`),
        auth: AUTH,
        body: {
          etag: expression('found.etag'),
          traffic: expression('traffic'),
          annotations: expression('annotations'),
        },
      },
      'moved',
    ),
    answer('tell', expression('state.outcome + ": " + state.revision')),
  ],
};

/** What both workflows call. */
export const serviceCalls = {
  read,
  last_part: lastPart,
  serving_revision: servingRevision,
  move,
} as const;

/** What only the one that moves forward calls. */
export const revisionCalls = { share_of: shareOf, is_ready: isReady } as const;

const REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** @param revision expression of its name */
export const allTraffic = (revision: string): WorkflowValue => [
  { type: REVISION, revision: expression(revision), percent: 100 },
];

export const splitTraffic = (candidate: string, stable: string, percent: string): WorkflowValue => [
  { type: REVISION, revision: expression(candidate), percent: expression(percent) },
  { type: REVISION, revision: expression(stable), percent: expression(`100 - ${percent}`), tag: STABLE_TAG },
];

/** Steps that write traffic and state of the service that was `seen`, and answer what was done. */
export function moveTo(name: string, traffic: WorkflowValue, state: Partial<StateValues>): WorkflowStep[] {
  const values = { traffic, state: { ...NO_STATE, ...state } };
  const args = { ...given('service', 'traffic', 'state'), found: expression('seen.found') };
  return [assign(`${name}_what`, values), ...handOver(name, 'move', args)];
}
