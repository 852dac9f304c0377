import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cases, upgrades } from '../test/terraform/cases';
import { judgeEdges, judgeFaults, seededFaults, soundConfiguration } from '../test/terraform/faults/seed';
import { countBlock } from '../test/terraform/judge/block-schema';
import { checkStack, stacksIn } from '../test/terraform/judge/check-stack';
import { checkUpgrade } from '../test/terraform/judge/check-upgrade';
import { ProviderPackage } from '../test/terraform/judge/provider-package';
import { realSchemas } from '../test/terraform/judge/real-schema';
import { rules } from '../test/terraform/judge/rules/judge';
import { terraformVersion, Workspace } from '../test/terraform/judge/terraform';
import { fromTerraform, schemaDifferences } from '../test/terraform/judge/terraform-schema';
import { usedTypes } from '../test/terraform/judge/used-types';

// The real terraform judges stacks offline: npx tsx scripts/check-terraform.ts [directory with cdk.tf.json ...]
// Without directories: the examples for Azure and Google Cloud, and what the targets make of their options. The
// providers' schemas are rebuilt from the npm packages; faults are seeded to show that they would be noticed. Exit
// status 1 on any finding.

const ROOT = path.resolve(__dirname, '..');
const OUT = mkdtempSync(path.join(tmpdir(), 'check-terraform-'));
const EXAMPLES = [
  'azure-endpoint/main',
  'azure-ml-endpoint/main',
  'gcp-endpoint/main',
  'vertex-endpoint/main',
  'nightly-scoring/azure',
  'nightly-scoring/gcp',
];
const PROVIDERS = ['azurerm', 'google'] as const;
let findings = 0;

main().finally(() => rmSync(OUT, { recursive: true, force: true }));

async function main(): Promise<void> {
  const { version, missing } = terraformVersion();
  if (version === undefined) throw new Error(`${missing}. Install terraform 1.11 or later.`);
  console.log(`terraform ${version}`);
  const given = process.argv.slice(2);
  const stacks = given.length > 0 ? given.flatMap(stacksIn) : synthesizeAll();
  if (stacks.length === 0) report('stacks', ['no directory holds a cdk.tf.json']);
  for (const stack of stacks) await checkOne(stack);
  if (given.length === 0) await checkUpgrades();
  await checkFaults();
  for (const provider of PROVIDERS) checkSchema(new ProviderPackage(provider));
  console.log(findings === 0 ? 'no findings' : `${findings} findings`);
  process.exitCode = findings === 0 ? 0 : 1;
}

function synthesizeAll(): string[] {
  for (const example of EXAMPLES) {
    const program = path.join(ROOT, 'examples', `${example}.ts`);
    if (existsSync(program)) synthesizeExample(program, path.join(OUT, example));
    else report(example, ['there is no such example']);
  }
  for (const { name, synthesize } of cases) {
    const directory = path.join(OUT, 'cases', name.replaceAll(/[^a-z0-9]+/gi, '-'));
    try {
      synthesize(directory);
    } catch (error) {
      report(name, [String(error)]);
    }
  }
  return stacksIn(OUT);
}

function synthesizeExample(program: string, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const tsx = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');
  const env = { ...process.env, CDKTF_OUTDIR: directory };
  execFileSync(process.execPath, [tsx, program], { cwd: ROOT, env, stdio: 'inherit' });
}

async function checkOne(stack: string): Promise<void> {
  const name = path.resolve(stack).startsWith(OUT) ? path.relative(OUT, path.resolve(stack)) : stack;
  const { problems, resources, seconds } = await checkStack(stack);
  report(name, problems);
  const times = Object.entries(seconds).map(([step, time]) => `${step} ${time.toFixed(1)} s`);
  console.log(`${name}: ${resources} resources; ${times.join(', ')}`);
}

async function checkUpgrades(): Promise<void> {
  for (const upgrade of upgrades) {
    const { problems, changes } = await checkUpgrade(upgrade, path.join(OUT, 'upgrades'));
    report(`upgrade on ${upgrade.name}`, problems);
    console.log(`upgrade on ${upgrade.name}: ${changes.join(', ')}; and back, to the same state`);
  }
}

async function checkFaults(): Promise<void> {
  let seeded = 0;
  let caught = 0;
  for (const provider of PROVIDERS) {
    const workspace = new Workspace();
    try {
      const verdict = await judgeFaults(workspace, provider, seededFaults(provider));
      const edges = await judgeEdges(workspace, provider);
      report(`faults in ${provider}`, verdict.missed);
      report(`edges in ${provider}`, edges.missed);
      seeded += verdict.seeded;
      caught += verdict.seeded - verdict.missed.length;
    } finally {
      workspace.close();
    }
  }
  console.log(`faults seeded ${seeded}, caught ${caught}; ${rules.length} rules`);
}

function checkSchema(installed: ProviderPackage): void {
  const { name, version } = installed;
  const folders = installed.folders().filter((folder) => folder !== 'provider');
  const judged = installed.schema(usedTypes([soundConfiguration(name)]));
  const totals = [...judged.resources.values()].map(countBlock);
  const sum = (of: (total: (typeof totals)[number]) => number) =>
    totals.reduce((all, one) => all + of(one), 0);
  console.log(
    `${name} ${version}: ${folders.length} types installed; ${judged.resources.size} types under rules with ` +
      `${sum(({ attributes }) => attributes)} attributes (${sum(({ untyped }) => untyped)} untyped) ` +
      `and ${sum(({ blocks }) => blocks)} blocks`,
  );
  compareWithReal(installed);
}

function compareWithReal(installed: ProviderPackage): void {
  const { name, version } = installed;
  const real = realSchemas(name, version)?.provider_schemas[`registry.terraform.io/hashicorp/${name}`];
  if (real === undefined) {
    console.log(`${name} ${version}: no real schema on this machine to compare with`);
    return;
  }
  const theirs = Object.entries(real.resource_schemas ?? {});
  const ours = installed.schema({ resources: theirs.map(([type]) => type), dataSources: [] }).resources;
  const differences = theirs.flatMap(([type, { block }]) =>
    ours.has(type)
      ? schemaDifferences(fromTerraform(block), ours.get(type)!, `${type}.`)
      : [`${type}: absent`],
  );
  report(`${name} ${version} against its real schema`, differences);
  console.log(`${name} ${version}: ${theirs.length} types compared with the real schema`);
}

function report(what: string, problems: readonly string[]): void {
  for (const problem of problems) console.error(`${what}: ${problem}`);
  findings += problems.length;
}
