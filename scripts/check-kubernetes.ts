import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ModelSource, Schedule } from 'inferstack';
import { ARGO } from '../test/kubernetes/argo/support';
import { batch } from '../test/kubernetes/batch/support';
import { synthesize as synthesizeKServe } from '../test/kubernetes/kserve/support/synthesize';
import { variants as kserveVariants } from '../test/kubernetes/kserve/support/variants';
import {
  analysisEndpoint,
  analysisRules,
  analysisScenarios,
} from '../test/kubernetes/support/analysis-rules';
import { jobScenarios } from '../test/kubernetes/support/job-scenarios';
import {
  alertScenarios,
  dashboardRules,
  modelScenarios,
  ruleFile,
  scenarioEndpoint,
} from '../test/kubernetes/support/rule-files';
import { schemaErrors } from '../test/kubernetes/support/strict-schema';
import { MODELS, type Rendered, synthesize } from '../test/kubernetes/support/synthesize';
import { variants } from '../test/kubernetes/support/variants';

// Judges of the Kubernetes targets that are too slow for the tests, or need promtool (Debian package prometheus):
// every option with every example model against the strict schemas, the alerts in Prometheus' own evaluator, and
// the examples in two processes. Exit status 1 on any finding.

const ROOT = path.resolve(__dirname, '..');
const OUT = path.join(ROOT, 'out/check-kubernetes');
/** Parts of the alerts, and what the scenarios must notice in their place. */
const SPOILED = [
  ['> 2', '> 4'],
  ['> 0.5', '> 2'],
  ['>= 100', '>= 1'],
  ['5..', '[45]..'],
] as const;
/** The same for the alerts of a job. */
const SPOILED_JOB = [
  ['> 97200', '> 972000'],
  ['> 97200', '> 90000'],
  ['== 1', '== 2'],
  ['unless on', 'or on'],
  ['owner_name="serving-nightly-scores"', 'owner_name=~".+"'],
] as const;
/** The same for the queries of the analyses. */
const SPOILED_ANALYSES = [
  ['"new"', '"old"'],
  ['> bool 0.02', '> bool 0.2'],
  ['> bool 1.5', '> bool 15'],
  ['> bool 0.6', '> bool 6'],
  ['< bool 10', '< bool 1'],
  ['>= 100', '>= 1'],
  ['[3m:1m]', '[2m:1m]'],
  ['5..', '[45]..'],
  [',namespace="models"', ''],
  ['>= -Inf', '!= 1'],
] as const;
const TWO_MODELS = ['breast-cancer/1', 'digits/1'].map((folder) =>
  ModelSource.fromDirectory(path.join(MODELS, folder)),
);
let findings = 0;

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const endpoints = synthesizeAll();
checkSchemas(endpoints);
checkRules(endpoints);
checkScenarios();
checkModelScenarios();
checkAnalyses();
checkJobScenarios();
checkExampleIsStable('kubernetes-endpoint');
checkExampleIsStable('kserve-endpoint');
checkExampleIsStable('blue-green');
checkExampleIsStable('nightly-scoring', 'kubernetes', 'scoring');
console.log(findings === 0 ? 'no findings' : `${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;

function synthesizeAll(): Map<string, Rendered> {
  const found = new Map<string, Rendered>();
  for (const directory of exampleModels()) {
    const model = ModelSource.fromDirectory(path.join(MODELS, directory));
    for (const [name, { options, props }] of Object.entries(variants)) {
      found.set(`${directory}: ${name}`, synthesize(options, { ...props, model }));
    }
    for (const [name, { options, props }] of Object.entries(kserveVariants)) {
      found.set(`${directory}: KServe, ${name}`, synthesizeKServe(options, { ...props, model }));
    }
  }
  for (const [name, { options, props }] of Object.entries(variants)) {
    found.set(`two models: ${name}`, synthesize(options, { ...props, model: TWO_MODELS }));
  }
  return found;
}

function exampleModels(): string[] {
  const files = readdirSync(MODELS, { recursive: true }) as string[];
  return files.filter((file) => path.basename(file) === 'model.yaml').map((file) => path.dirname(file));
}

function checkSchemas(all: Map<string, Rendered>): void {
  let manifests = 0;
  for (const [name, endpoint] of all) {
    manifests += endpoint.manifests.length;
    report(name, endpoint.manifests.flatMap(schemaErrors));
  }
  console.log(`strict schemas: ${manifests} manifests of ${all.size} endpoints`);
}

/** promtool parses every expression, and must refuse one that is spoiled. */
function checkRules(all: Map<string, Rendered>): void {
  const files = [...all.values()].flatMap((endpoint, i) => [
    write(`alerts-${i}.yaml`, ruleFile(endpoint)),
    ...optionalRules(`dashboard-${i}.yaml`, dashboardRules(endpoint)),
    ...optionalRules(`analyses-${i}.yaml`, analysisRules(endpoint)),
  ]);
  const { status, output } = promtool('check', 'rules', '--lint=all', '--lint-fatal', ...files);
  report('promtool check rules', status === 0 ? [] : [output]);
  const spoiled = write('spoiled.yaml', readFileSync(files[0]!, 'utf8').replace('sum by', 'sum buy'));
  report('a spoiled rule', promtool('check', 'rules', spoiled).status === 0 ? ['was accepted'] : []);
  console.log(`promtool check rules: ${files.length} files`);
}

/** promtool evaluates the alerts over made-up traffic, and must notice when a limit is spoiled. */
function checkScenarios(): void {
  const rules = ruleFile(scenarioEndpoint());
  write('scenario-rules.yaml', rules);
  const scenarios = write('scenarios.yaml', alertScenarios('scenario-rules.yaml'));
  const { status, output } = promtool('test', 'rules', scenarios);
  report('promtool test rules', status === 0 ? [] : [output]);
  for (const [limit, spoiled] of SPOILED) {
    report(`limit ${limit}`, rules.includes(limit) ? [] : ['is not in the rules']);
    write('scenario-rules.yaml', rules.replaceAll(limit, spoiled));
    const blind = promtool('test', 'rules', scenarios).status === 0;
    report(`limit ${limit} spoiled to ${spoiled}`, blind ? ['went unnoticed'] : []);
  }
  write('scenario-rules.yaml', rules);
  console.log(`promtool test rules: alert scenarios hold, ${SPOILED.length} seeded faults noticed`);
}

/** Of two models the one that fails is told, which the sum over both would hide. */
function checkModelScenarios(): void {
  const scenarios = write('model-scenarios.yaml', modelScenarios('model-rules.yaml'));
  const holds = (endpoint: Rendered) => {
    write('model-rules.yaml', ruleFile(endpoint));
    return promtool('test', 'rules', scenarios);
  };
  report('a rule that sums both models', holds(scenarioEndpoint()).status === 0 ? ['went unnoticed'] : []);
  const { status, output } = holds(scenarioEndpoint({}, { model: TWO_MODELS }));
  report('promtool test rules, two models', status === 0 ? [] : [output]);
  console.log('promtool test rules: two models are told apart');
}

/** Of a nightly job: what failed or is missing is told, and nothing else. */
function checkJobScenarios(): void {
  const job = batch({}, { schedule: Schedule.daily({ hour: 3 }) });
  report('a nightly job', job.manifests.flatMap(schemaErrors));
  const rules = ruleFile(job);
  const scenarios = write('job-scenarios.yaml', jobScenarios('job-rules.yaml'));
  const holds = (text: string) => {
    write('job-rules.yaml', text);
    return promtool('test', 'rules', scenarios);
  };
  const { status, output } = holds(rules);
  report('promtool test rules, a job', status === 0 ? [] : [output]);
  for (const [part, spoiled] of SPOILED_JOB) {
    report(`part ${part}`, rules.includes(part) ? [] : ['is not in the rules']);
    const blind = holds(rules.replaceAll(part, spoiled)).status === 0;
    report(`part ${part} spoiled to ${spoiled}`, blind ? ['went unnoticed'] : []);
  }
  console.log(`promtool test rules: alarms of a job hold, ${SPOILED_JOB.length} seeded faults noticed`);
}

/** What the analyses of Argo Rollouts measure, and that a spoiled query measures something else. */
function checkAnalyses(): void {
  const rules = analysisRules(analysisEndpoint(ARGO))!;
  const scenarios = write('analysis-scenarios.yaml', analysisScenarios('analysis-rules.yaml'));
  const holds = (text: string) => {
    write('analysis-rules.yaml', text);
    return promtool('test', 'rules', scenarios);
  };
  for (const [part, spoiled] of SPOILED_ANALYSES) {
    report(`analysis ${part}`, rules.includes(part) ? [] : ['is not in the queries']);
    const blind = holds(rules.replaceAll(part, spoiled)).status === 0;
    report(`analysis ${part} spoiled to ${spoiled}`, blind ? ['went unnoticed'] : []);
  }
  const { status, output } = holds(rules);
  report('promtool test rules, analyses', status === 0 ? [] : [output]);
  console.log(`promtool test rules: analyses hold, ${SPOILED_ANALYSES.length} seeded faults noticed`);
}

function optionalRules(name: string, rules: string | undefined): string[] {
  return rules === undefined ? [] : [write(name, rules)];
}

function checkExampleIsStable(example: string, program = 'main', chart = 'diabetes'): void {
  const [first, second] = ['first', 'second'].map((name) => {
    const directory = path.join(OUT, example, name);
    const tsx = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');
    execFileSync(process.execPath, [tsx, `examples/${example}/${program}.ts`], {
      cwd: ROOT,
      env: { ...process.env, CDK8S_OUTDIR: directory },
      stdio: 'inherit',
    });
    return readFileSync(path.join(directory, `${chart}.k8s.yaml`), 'utf8');
  });
  report(`${example} in two processes`, first === second ? [] : ['differs']);
  console.log(`${example}: ${first!.length} bytes, twice the same`);
}

function promtool(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error(`promtool cannot be started: install Prometheus (${error.message})`);
  return { status, output: `${stdout}${stderr}` };
}

function write(name: string, text: string): string {
  const file = path.join(OUT, name);
  writeFileSync(file, text);
  return file;
}

function report(what: string, problems: readonly string[]): void {
  for (const problem of problems) console.error(`${what}: ${problem}`);
  findings += problems.length;
}
