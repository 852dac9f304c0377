/** Measures the serving runtime beside its peers and writes RESULTS.md and RESULTS.json. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Contender } from './contenders';
import { allowedCores } from './harness/cores';
import { machine } from './harness/machine';
import { type Options, parseOptions, USAGE } from './options';
import { ensureEnvironment, ensureModels, pythonVersions } from './python/environment';
import { markdown } from './report/markdown';
import { FULL, QUICK } from './run/durations';
import type { Results, SuiteResult } from './run/results';
import { runSuite } from './run/run-suite';
import { FULL_SUITES, QUICK_SUITES, type Suite } from './run/suites';

const log = (line: string) => process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  ensureModels();
  const suites = selectSuites(options);
  const unavailable = await prepare(suites);
  const mode = options.quick ? QUICK : FULL;
  const durations = { ...mode, rounds: options.rounds ?? mode.rounds };
  const cores = allowedCores();
  const started = new Date();
  const done: SuiteResult[] = [];
  for (const suite of suites) {
    done.push(await runSuite(suite, { durations, cores, unavailable, log }));
    write(options.out, {
      mode: options.quick ? 'quick' : 'full',
      machine: machine(cores.length, pythonVersions()),
      durations,
      startedAt: started.toISOString().slice(0, 16),
      minutes: (Date.now() - started.getTime()) / 60_000,
      suites: done,
    });
  }
  log(`written: ${path.join(options.out, 'RESULTS.md')}`);
}

function selectSuites({ quick, only, models }: Options): Suite[] {
  const keep = (contender: Contender) => only.length === 0 || only.includes(contender.id);
  const name = (suite: Suite) => suite.model.split(path.sep).slice(-2).join('/');
  const suites = (quick ? QUICK_SUITES : FULL_SUITES)
    .filter((suite) => models.length === 0 || models.includes(name(suite)))
    .map((suite) => ({ ...suite, contenders: suite.contenders.filter(keep), open: suite.open.filter(keep) }))
    .filter(({ contenders }) => contenders.length > 0);
  if (suites.length === 0) throw new Error('--only and --models leave nothing to measure');
  return suites;
}

/** Installs and checks what the contenders need. What cannot run is reported in the table, not hidden. */
async function prepare(suites: readonly Suite[]): Promise<Map<string, string>> {
  const unavailable = new Map<string, string>();
  const contenders = new Set(suites.flatMap((suite) => suite.contenders));
  ensureEnvironment('fastapi', 'peers/requirements-fastapi.txt');
  for (const contender of contenders) {
    const failure = await unavailableBecause(contender);
    if (failure !== undefined) unavailable.set(contender.id, failure);
  }
  return unavailable;
}

async function unavailableBecause(contender: Contender): Promise<string | undefined> {
  if (contender.python) {
    const failure = ensureEnvironment(contender.python, `peers/requirements-${contender.python}.txt`);
    if (failure !== undefined) return `does not install: ${failure}`;
  }
  try {
    await contender.prepare?.();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function write(directory: string, results: Results): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'RESULTS.md'), markdown(results));
  writeFileSync(path.join(directory, 'RESULTS.json'), `${JSON.stringify(results)}\n`);
}

let options: Options | undefined;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  log(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}
if (options) {
  main(options).catch((error: Error) => {
    log(error.stack ?? error.message);
    process.exitCode = 1;
  });
}
