/**
 * Lifecycle hook of Amazon ECS, called when the new version answers on the test listener and before it gets any request
 * of callers. Sends the golden samples of every model there and compares what comes back.
 *
 * Answers as ECS wants it: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
 * SUCCEEDED lets the deployment go on, FAILED brings the old version back, IN_PROGRESS asks to be called again.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { difference } = require('./compare');

/** Seconds until ECS calls again: while nothing answers yet, and when only this call had no time left. */
const RETRY_SECONDS = 10;
const CONTINUE_SECONDS = 1;
/** Milliseconds of a call that are kept for its answer. */
const RESERVE_MS = 2000;
/** Nothing is wrong with the version that these come from: it is not there yet, or busy. */
const NOT_YET = new Set([408, 429, 502, 503, 504]);

/** Since when a deployment is waited for, should ECS not give back what it was told. */
const firstSeen = new Map();

/** @param plan what this folder holds as checks.json */
function createHandler({ url, plan, log = (entry) => console.log(JSON.stringify(entry)) }) {
  return async function handler(event = {}, context = {}) {
    const { executionId } = event;
    const progress = progressOf(event);
    firstSeen.set(executionId, progress.since);
    const remaining = () => context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
    const answer = await go(progress);
    log({ event: 'golden_samples', executionId, ...answer });
    return { hookStatus: answer.hookStatus, ...answer.again };

    async function go({ since: begin, next }) {
      let since = begin;
      for (let i = next; i < plan.checks.length; i++) {
        if (remaining() < plan.requestTimeoutMs + RESERVE_MS)
          return again(CONTINUE_SECONDS, { since, next: i });
        const outcome = await judge(plan.checks[i], url, plan.requestTimeoutMs);
        if (outcome.passed) {
          // Patience is for what does not answer, and not for the samples before it.
          since = Date.now();
          firstSeen.set(executionId, since);
          continue;
        }
        const patience = outcome.unsettled ? plan.settleMs : outcome.notYet ? plan.patienceMs : 0;
        const { reason } = outcome;
        if (Date.now() - since >= patience) return { hookStatus: 'FAILED', reason };
        return { ...again(RETRY_SECONDS, { since, next: i }), reason };
      }
      return { hookStatus: 'SUCCEEDED', checks: plan.checks.length };
    }
  };
}

/** Where the calls before this one came to. */
function progressOf({ hookDetails, executionId }) {
  const { since = firstSeen.get(executionId) ?? Date.now(), next = 0 } = hookDetails ?? {};
  return { since, next };
}

const again = (callBackDelay, hookDetails) => ({
  hookStatus: 'IN_PROGRESS',
  again: { callBackDelay, hookDetails },
});

async function judge(check, url, timeoutMs) {
  let response;
  let text;
  try {
    response = await fetch(url + check.path, {
      ...(check.body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(check.body),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    return { notYet: true, reason: `${check.id}: no answer: ${error.cause?.message ?? error.message}` };
  }
  const { status } = response;
  if (NOT_YET.has(status)) return { notYet: true, reason: `${check.id}: status ${status}` };
  // A version that is not served is the old one's answer, for as long as the load balancer needs to go over.
  if (status === 404) return { unsettled: true, reason: `${check.id}: the version is not served there` };
  if (status !== 200) return { reason: `${check.id}: status ${status}: ${text.slice(0, 500)}` };
  const found = difference(check, parsed(text));
  if (found === undefined) return { passed: true };
  return { unsettled: check.digest !== undefined, reason: `${check.id}: ${found}` };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const here = path.join(__dirname, 'checks.json');
let handler;

exports.createHandler = createHandler;
exports.handler = (event, context) => {
  handler ??= createHandler({
    url: process.env.TEST_URL,
    plan: JSON.parse(readFileSync(here, 'utf8')),
  });
  return handler(event, context);
};
