import path from 'node:path';
import {
  type GoldenReport,
  inspectOnnx,
  type ModelPackage,
  openModelPackage,
  repeatedSteps,
  runGoldenSamples,
} from '@inferstack/runtime/model';
import { Command } from 'commander';
import { type CliIo, paint } from './cli-io';
import { plural } from './format';
import { missedTargets } from './metric-targets';
import { type CommandResult, runCommand } from './run-command';

/** `inferstack model check <directory>` */
export function modelCheckCommand(io: CliIo): Command {
  return new Command('check')
    .description('check a model package and run its golden samples, as the runtime does before it is ready')
    .argument('<directory>', 'the model package')
    .action((directory: string, options: { json: boolean }) =>
      runCommand(io, options, () => check(io, directory)),
    );
}

async function check(io: CliIo, directory: string): Promise<CommandResult> {
  const pkg = openModelPackage(directory);
  const report = await replay(pkg);
  const warnings = warningsOf(pkg);
  const { name, version } = pkg.manifest;
  const { total, failed, failures } = report;
  return {
    ok: failed === 0,
    json: { name, version, digest: pkg.digest, samples: { total, failed }, warnings },
    text: summary(io, pkg, report, warnings),
    problems: failures,
  };
}

/** The engine loads in a third of a second, so only a package without other problems pays for it. */
async function replay(pkg: ModelPackage): Promise<GoldenReport> {
  const { OnnxSession, predictionsOf } = await import('@inferstack/runtime/inference');
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  try {
    return await runGoldenSamples(pkg, (inputs) => session.run(inputs), predictionsOf(pkg.manifest));
  } finally {
    await session.close();
  }
}

function warningsOf({ directory, manifest, baseline }: ModelPackage): string[] {
  const repeated = repeatedSteps(manifest, inspectOnnx(path.join(directory, manifest.graph)));
  return [
    ...repeated.map(
      ({ step, operator, tensor }) =>
        `model.yaml has a ${step} step for "${tensor}", which the graph begins with ${operator}: make sure it is not done twice`,
    ),
    ...missedTargets(manifest.metrics),
    ...(baseline === undefined ? ['there is no baseline.json: drift cannot be measured'] : []),
    ...(baseline !== undefined && baseline.fields === undefined && hasValues(manifest)
      ? ['baseline.json has no statistics of the fields: `inferstack model baseline` counts them']
      : []),
    ...(manifest.prediction === undefined ? ['there is no prediction: callers get tensors, not labels'] : []),
  ];
}

/** Whether there are fields whose values can be counted. */
function hasValues({ preprocessing }: ModelPackage['manifest']): boolean {
  return preprocessing?.fields.some(({ type }) => type !== 'image') ?? false;
}

function summary(
  io: CliIo,
  { manifest, digest }: ModelPackage,
  { total, failed }: GoldenReport,
  warnings: readonly string[],
): string {
  const { inputs, outputs } = manifest.signature;
  const verdict = failed === 0 ? paint(io, 'green', 'ok') : paint(io, 'red', 'failed');
  return [
    `${verdict}  ${paint(io, 'bold', `${manifest.name} ${manifest.version}`)}  ${digest}`,
    `  signature  ${plural(inputs.length, 'input')}, ${plural(outputs.length, 'output')}, as in the graph`,
    `  samples    ${total - failed} of ${total} reproduced`,
    ...warnings.map((warning) => `  ${paint(io, 'yellow', 'warning')}    ${warning}`),
  ].join('\n');
}
