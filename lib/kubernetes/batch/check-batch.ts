import { type Problem, ProblemError } from '@inferstack/runtime/contract';
import { type ClaimPlace, type JobPlaces, placeOn } from '../../core';
import { checkImage, checkName, checkPod, checkPort } from '../check-endpoint';
import type { Checker } from '../checker';
import { checkHttpUrl } from '../http-url';
import type { ModelDelivery } from '../model-delivery';
import { checkPeer } from '../network-peer';
import { refuseTokens } from '../tokens';
import type { JobContext } from './job-context';
import type { KubernetesBatchOptions } from './kubernetes-batch-options';

/** A CronJob's Jobs get 11 characters more: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
const MAX_NAME_LENGTH = 46;

/** Everything that can be wrong before the first object is created; else where the files are. */
export function checkBatch(
  check: Checker,
  context: JobContext,
  options: KubernetesBatchOptions,
  model: ModelDelivery,
): JobPlaces<ClaimPlace> {
  // The model package is read from disk: it holds no tokens, and much data. Places of other platforms may hold some.
  const { model: _, input, output, ...plan } = context.job;
  const problems: Problem[] = [];
  const places = placeOn('kubernetes', context.job, problems);
  refuseTokens(check, 'plan', { ...plan, input: { ...input, places }, output: { ...output, places } });
  refuseTokens(check, 'target', options);
  checkName(check, context.name, options.name, MAX_NAME_LENGTH);
  if (context.namespace !== undefined) check.labelName('target.namespace', context.namespace);
  checkImage(check, context.job, 'run.image');
  checkPod(check, options.pod ?? {});
  options.allowTo?.forEach(({ to, ports }, i) => {
    checkPeer(check, `target.allowTo[${i}].to`, to);
    ports.forEach((port, j) => {
      checkPort(check, `target.allowTo[${i}].ports[${j}]`, port);
    });
  });
  checkScratch(check, options);
  checkPushgateway(check, options);
  model.check(check, context);
  for (const problem of problems) check.take(problem);
  check.throwAll();
  if (places === undefined) throw new ProblemError(problems);
  return places;
}

function checkScratch(check: Checker, { scratchMiB = 1 }: KubernetesBatchOptions): void {
  if (Number.isInteger(scratchMiB) && scratchMiB >= 1) return;
  check.add('KUBERNETES_OPTION', 'target.scratchMiB', {
    what: 'not an amount of disk',
    got: scratchMiB,
    allowed: 'a whole number, 1 or more',
    remedy: 'Correct the value.',
  });
}

function checkPushgateway(check: Checker, { pushgateway }: KubernetesBatchOptions): void {
  if (pushgateway === undefined) return;
  checkHttpUrl(check, 'target.pushgateway', pushgateway, {
    what: 'not the address of a pushgateway',
    allowed: 'http://host:port or https://host',
    remedy: 'Correct the address.',
  });
}
