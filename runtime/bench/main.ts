/** Measures the serving runtime beside its peers and writes the results. */
import path from 'node:path';
import type { Contender } from './contenders';
import { allowedCores } from './harness/cores';
import { machine } from './harness/machine';
import { type Options, parseOptions, USAGE } from './options';
import { ensureEnvironment, ensureModels, pythonVersions } from './python/environment';
import { writePart, writeReport } from './report/parts';
import { MEMORY_CONTENDERS, measureMemory } from './run/memory-suite';
import { MODES } from './run/modes';
import type { MemoryPart, SuitePart } from './run/results';
import { runSuite } from './run/run-suite';
import { MEMORY_MODEL, type Suite } from './run/suites';

const log = (line: string) => process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  if (!options.report) await measure(options);
  log(`written: ${writeReport(options.out)}`);
}

/** Measures part after part; each is kept as soon as it is done. */
async function measure(options: Options): Promise<void> {
  ensureModels();
  const mode = MODES[options.mode];
  const suites = selectSuites(mode.suites, options);
  const withMemory = mode.memory && wantsMemory(options);
  if (suites.length === 0 && !withMemory) throw new Error('--only and --models leave nothing to measure');
  const durations = { ...mode.durations, rounds: options.rounds ?? mode.durations.rounds };
  const cores = allowedCores();
  const unavailable = await prepare([
    ...suites.flatMap((suite) => suite.contenders),
    ...(withMemory ? MEMORY_CONTENDERS : []),
  ]);
  const here = machine(cores.length, pythonVersions());
  const keep = async (work: () => Promise<Pick<SuitePart, 'suite'> | Pick<MemoryPart, 'memory'>>) => {
    const started = new Date();
    const measured = await work();
    writePart(options.out, {
      mode: options.mode,
      machine: here,
      durations,
      startedAt: started.toISOString().slice(0, 16),
      minutes: (Date.now() - started.getTime()) / 60_000,
      ...measured,
    });
  };
  for (const suite of suites)
    await keep(async () => ({ suite: await runSuite(suite, { durations, cores, unavailable, log }) }));
  if (withMemory)
    await keep(async () => ({
      memory: await measureMemory(MEMORY_MODEL, { rounds: durations.rounds, cores, log }),
    }));
}

function selectSuites(all: readonly Suite[], { only, models }: Options): Suite[] {
  const keep = (contender: Contender) => only.length === 0 || only.includes(contender.id);
  const name = (suite: Suite) => suite.model.split(path.sep).slice(-2).join('/');
  return all
    .filter((suite) => models.length === 0 || models.includes(name(suite)))
    .map((suite) => ({ ...suite, contenders: suite.contenders.filter(keep), open: suite.open.filter(keep) }))
    .filter(({ contenders }) => contenders.length > 0);
}

function wantsMemory({ only, models }: Options): boolean {
  return models.length === 0 ? only.length === 0 : models.includes('memory');
}

/** Installs and checks what the contenders need. What cannot run is reported in the table, not hidden. */
async function prepare(contenders: readonly Contender[]): Promise<Map<string, string>> {
  const unavailable = new Map<string, string>();
  ensureEnvironment('fastapi', 'peers/requirements-fastapi.txt');
  for (const contender of new Set(contenders)) {
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
