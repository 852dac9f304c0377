import {
  at,
  body,
  coalesce,
  type Expression,
  equals,
  evaluated,
  join,
  json,
  setProperty,
  text,
  trim,
} from './expressions';
import { resourceManager, type WorkflowAction } from './workflow-actions';

/**
 * Where a rollout stands, in tags of the app: one request changes them together with the traffic, so that neither is
 * ever without the other. Empty where there is nothing to say.
 */
export const STATE_TAGS = {
  /** Revision that answers, and that a rollback goes to. */
  stable: 'inferstack-stable',
  /** Revision that is tried. */
  candidate: 'inferstack-candidate',
  /** Step it is at, from 0. */
  step: 'inferstack-step',
  /** When it got there. */
  since: 'inferstack-since',
  /** Revision that was rolled back last: it never gets requests again. */
  rejected: 'inferstack-rejected',
  /** Whether replaced revisions are still to be switched off. */
  sweep: 'inferstack-sweep',
} as const;

export type StateTag = keyof typeof STATE_TAGS;
export type StateChange = Readonly<Partial<Record<StateTag, Expression>>>;

/** The action by which a workflow reads the app. */
export const READ_APP = 'Read_app';
/** The action that says which revisions get requests. */
export const SERVED = 'Served';
/** In the place of a name: whichever revision is the latest. */
export const LATEST = 'latest';

export const NOTHING = text('');

/** @param read the action that read the app */
export const state = (tag: StateTag, read = READ_APP): Expression =>
  coalesce(at(body(read), 'tags', STATE_TAGS[tag]), NOTHING);

export const isEmpty = (of: Expression): Expression => equals(of, NOTHING);

export const traffic = at(body(READ_APP), 'properties', 'configuration', 'ingress', 'traffic');
export const latestRevision = at(body(READ_APP), 'properties', 'latestRevisionName');

/** Names of the revisions that get requests, with a blank between them. */
export const served = trim(join(body(SERVED), text(' ')));

/** A share of the requests. */
export interface Share {
  readonly revision: Expression;
  readonly percent: Expression;
}

/** Changes state and traffic of the app at once. */
export function changeApp(
  appId: string,
  change: StateChange,
  { shares, read = READ_APP }: { readonly shares?: readonly Share[]; readonly read?: string } = {},
): WorkflowAction {
  const traffic = shares?.map(({ revision, percent }) => ({
    revisionName: evaluated(revision),
    weight: evaluated(percent),
  }));
  return resourceManager('PATCH', appId, {
    tags: evaluated(tagsWith(change, read)),
    ...(traffic !== undefined && { properties: { configuration: { ingress: { traffic } } } }),
  });
}

/** All tags, since nothing says whether those left out would stay. */
function tagsWith(change: StateChange, read: string): Expression {
  const tags = coalesce(at(body(read), 'tags'), json(text('{}')));
  return Object.entries(change).reduce(
    (known, [tag, value]) => setProperty(known, text(STATE_TAGS[tag as StateTag]), value),
    tags,
  );
}
