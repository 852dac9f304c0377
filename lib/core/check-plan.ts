import {
  CLIENT_CONTRACTS,
  CONTRACTS_OF_ONE_MODEL,
  CONTRACTS_REFUSED_TOGETHER,
  type Problem,
} from '@inferstack/runtime/contract';
import { checkAdapters } from './check-adapters';
import { checkFeatures } from './check-features';
import type { EndpointPlan, ExecutionPlan, ResourcesPlan } from './plan';
import { ANY, PlanChecker } from './plan-checker';
import { checkRollout } from './rollout/check-rollout';
import { unnamedModels } from './served-names';
import { isUnresolved } from './unresolved';

/** Checks a plan for what no platform can honour. Values known only at deployment are skipped. */
export function checkEndpointPlan(plan: EndpointPlan): Problem[] {
  const checker = new PlanChecker(plan.path);
  checkScaling(checker, plan);
  checkResources(checker, plan);
  checkMonitoring(checker, plan);
  checkRuntime(checker, plan);
  return [...checker.problems, ...checkRollout(plan), ...checkFeatures(plan), ...checkAdapters(plan)];
}

function checkScaling(check: PlanChecker, { scaling }: EndpointPlan): void {
  const { minReplicas, maxReplicas, requestsPerReplica } = scaling;
  check.number('PLAN_SCALING', 'scaling.minReplicas', minReplicas, 0, ANY, true);
  check.number('PLAN_SCALING', 'scaling.maxReplicas', maxReplicas, 1, ANY, true);
  check.number('PLAN_SCALING', 'scaling.cpuPercent', scaling.cpuPercent, 1, 100);
  check.number('PLAN_SCALING', 'scaling.scaleOutCooldown', scaling.scaleOutCooldownSeconds, 0, ANY, true);
  check.number('PLAN_SCALING', 'scaling.scaleInCooldown', scaling.scaleInCooldownSeconds, 0, ANY, true);
  if (requestsPerReplica !== null && !(requestsPerReplica > 0) && !isUnresolved(requestsPerReplica)) {
    check.add(
      'PLAN_SCALING',
      'scaling.requestsPerReplica',
      'the value is out of bounds',
      requestsPerReplica,
      'more than 0',
    );
  }
  if (!isUnresolved(minReplicas) && !isUnresolved(maxReplicas) && minReplicas > maxReplicas) {
    check.add(
      'PLAN_SCALING',
      'scaling.minReplicas',
      `minReplicas (${minReplicas}) is above maxReplicas (${maxReplicas})`,
      minReplicas,
      `at most ${maxReplicas}`,
      'Raise maxReplicas or lower minReplicas.',
    );
  }
}

export function checkResources(
  check: PlanChecker,
  { resources }: { readonly resources: ResourcesPlan },
): void {
  check.number('PLAN_RESOURCES', 'resources.cpuMillis', resources.cpuMillis, 100, ANY, true);
  check.number('PLAN_RESOURCES', 'resources.memoryMiB', resources.memoryMiB, 128, ANY, true);
}

function checkMonitoring(check: PlanChecker, { monitoring }: EndpointPlan): void {
  const { errors, latency } = monitoring;
  check.number('PLAN_MONITORING', 'monitoring.logRetentionDays', monitoring.logRetentionDays, 1, ANY, true);
  if (errors !== null) {
    check.number('PLAN_MONITORING', 'monitoring.errors.maxPercent', errors.maxPercent, 0, 100);
    check.number('PLAN_MONITORING', 'monitoring.errors.minRequests', errors.minRequests, 1, ANY, true);
    checkWindow(check, 'monitoring.errors.window', errors.windowSeconds);
  }
  if (latency !== null) {
    check.number('PLAN_MONITORING', 'monitoring.latency.maxP99', latency.maxP99Ms, 1, ANY);
    check.number('PLAN_MONITORING', 'monitoring.latency.minRequests', latency.minRequests, 1, ANY, true);
    checkWindow(check, 'monitoring.latency.window', latency.windowSeconds);
  }
}

function checkWindow(check: PlanChecker, prop: string, seconds: number): void {
  if (isUnresolved(seconds) || (seconds >= 60 && seconds <= 86_400 && seconds % 60 === 0)) return;
  check.add(
    'PLAN_MONITORING',
    prop,
    'the window is not usable',
    `${seconds} s`,
    'whole minutes, 1 minute to 1 day',
  );
}

function checkExecution(check: PlanChecker, execution: ExecutionPlan): void {
  const whole = (prop: string, value: number, min: number) =>
    check.number('PLAN_RUNTIME', `runtime.execution.${prop}`, value, min, ANY, true);
  whole('workers', execution.workers, 1);
  whole('intraOpThreads', execution.intraOpThreads, 1);
  whole('maxBatchRows', execution.maxBatchRows, 0);
  whole('maxWait', execution.maxWaitMs, 0);
  whole('hangTimeout', execution.hangMs, 1);
}

function checkContracts(check: PlanChecker, plan: EndpointPlan): void {
  const { contracts } = plan.runtime;
  const known = CLIENT_CONTRACTS.join(', ');
  for (const contract of contracts.filter((name) => !isUnresolved(name))) {
    if ((CLIENT_CONTRACTS as readonly string[]).includes(contract)) continue;
    check.add('PLAN_RUNTIME', 'runtime.contracts', 'there is no such contract', contract, known);
  }
  for (const [a, b, reason] of CONTRACTS_REFUSED_TOGETHER) {
    if (!contracts.includes(a) || !contracts.includes(b)) continue;
    const remedy = 'Serve them by an endpoint each.';
    check.add('PLAN_RUNTIME', 'runtime.contracts', reason, [a, b], `${a} or ${b}`, remedy);
  }
  const names = unnamedModels(plan);
  if (names.length === 1) return;
  for (const contract of CONTRACTS_OF_ONE_MODEL.filter((name) => contracts.includes(name))) {
    const what = `the routes of ${contract} do not say which model they mean`;
    const remedy = 'Serve the model whose clients speak it by an endpoint of its own.';
    check.add(
      'PLAN_RUNTIME',
      'runtime.contracts',
      what,
      names,
      'one model, in any number of versions',
      remedy,
    );
  }
}

function checkRuntime(check: PlanChecker, plan: EndpointPlan): void {
  const { runtime } = plan;
  check.number('PLAN_RUNTIME', 'runtime.maxBodyBytes', runtime.maxBodyBytes, 1024, 1024 ** 3, true);
  check.number('PLAN_RUNTIME', 'runtime.requestTimeout', runtime.requestTimeoutMs, 1, 3_600_000, true);
  check.number('PLAN_RUNTIME', 'runtime.maxInFlight', runtime.maxInFlight, 1, ANY, true);
  check.number('PLAN_RUNTIME', 'runtime.drainDelay', runtime.drainDelayMs, 0, 3_600_000, true);
  check.number('PLAN_RUNTIME', 'runtime.drainTimeout', runtime.drainTimeoutMs, 1, 3_600_000, true);
  check.number('PLAN_RUNTIME', 'runtime.accessLogRatio', runtime.accessLogRatio, 0, 1);
  checkContracts(check, plan);
  checkExecution(check, runtime.execution);
  if (runtime.drainTimeoutMs < runtime.requestTimeoutMs) {
    check.add(
      'PLAN_RUNTIME',
      'runtime.drainTimeout',
      `drainTimeout (${runtime.drainTimeoutMs} ms) is shorter than requestTimeout (${runtime.requestTimeoutMs} ms): a stopping replica would cut requests off`,
      runtime.drainTimeoutMs,
      `at least ${runtime.requestTimeoutMs} ms`,
      'Raise drainTimeout or lower requestTimeout.',
    );
  }
}
