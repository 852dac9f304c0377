import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { PROBE } from '../lib/compose/balancer';
import { alertScenarios, SPOILED_LIMITS } from '../test/compose/support/alert-scenarios';
import { freePorts, LiveBalancer, localConfig } from '../test/compose/support/live-balancer';
import { LiveLoad } from '../test/compose/support/live-load';
import { LiveReplica } from '../test/compose/support/live-replica';
import { files, synthesize } from '../test/compose/support/synthesize';
import { CERTIFICATE, variants } from '../test/compose/support/variants';
import { endProcesses } from '../test/runtime/support/process';
import { until } from '../test/runtime/support/wait';

// Judges of the Docker Compose target that need HAProxy and promtool (Debian packages haproxy, prometheus) or are too
// slow for the tests: every generated configuration is read by the program it is for, and the balancer's runs in front
// of real replicas that die, drain and come back under load. Exit status 1 on any finding.

const OUT = path.resolve(__dirname, '../out/check-compose');
let findings = 0;

void main();

async function main(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const certificate = makeCertificate();
  await checkConfigurations(certificate);
  checkPrometheus();
  checkAlerts();
  try {
    await checkNothingIsLost();
    await checkThatLossIsSeen();
    await checkEntrances(certificate);
  } finally {
    await endProcesses();
  }
  console.log(findings === 0 ? 'no findings' : `${findings} findings`);
  process.exitCode = findings === 0 ? 0 : 1;
}

/** HAProxy reads each configuration, and must refuse one that is spoiled. */
async function checkConfigurations(certificate: string): Promise<void> {
  const [first, second, third, fourth] = await freePorts(4);
  const ports = { 8080: first!, 8082: second!, 8404: third!, 8443: fourth! };
  const texts = Object.values(variants).map(({ options, props, project }) =>
    localConfig(
      synthesize(options, props, project).endpoint.native.balancerConfig.content,
      {},
      ports,
      certificate,
    ),
  );
  for (const [i, text] of texts.entries()) {
    const { status, output } = run('haproxy', '-c', '-f', write(`haproxy-${i}.cfg`, text));
    const serious = output
      .split('\n')
      .filter((line) => /WARNING|ALERT/.test(line) && !/could not resolve/.test(line));
    report(`haproxy -c ${Object.keys(variants)[i]}`, status === 0 ? serious : [output]);
  }
  const spoiled = write('haproxy-spoiled.cfg', texts[0]!.replace('balance leastconn', 'balance least'));
  report('a spoiled configuration', run('haproxy', '-c', '-f', spoiled).status === 0 ? ['was accepted'] : []);
  console.log(`haproxy -c: ${texts.length} configurations`);
}

function checkPrometheus(): void {
  let configurations = 0;
  for (const [name, { options, props, project }] of Object.entries(variants)) {
    const { project: scope } = synthesize(options, props, {
      ...project,
      outdir: path.join(OUT, name.replace(/\W+/g, '-')),
    });
    scope.synth();
    for (const file of Object.keys(files(scope)).filter((file) =>
      /(rules.yaml|prometheus.yml)$/.test(file),
    )) {
      const what = file.endsWith('.yml') ? 'config' : 'rules';
      const { status, output } = run('promtool', 'check', what, path.join(scope.outdir, file));
      report(`promtool check ${file} of ${name}`, status === 0 ? [] : [output]);
      configurations++;
    }
  }
  console.log(`promtool check: ${configurations} files`);
}

/** promtool evaluates the alerts over made-up traffic, and must notice when a limit is spoiled. */
function checkAlerts(): void {
  const monitoring = { errors: { maxPercent: 2 }, latency: { maxP99: { toMilliseconds: () => 500 } } };
  const rules = synthesize({}, { monitoring }).file('monitoring/tumours.rules.yaml');
  const scenarios = write('scenarios.yaml', alertScenarios('rules.yaml'));
  const judge = (text: string) => {
    write('rules.yaml', text);
    return run('promtool', 'test', 'rules', scenarios);
  };
  const { status, output } = judge(rules);
  report('promtool test rules', status === 0 ? [] : [output]);
  for (const [limit, spoiled] of SPOILED_LIMITS) {
    report(`limit ${limit}`, rules.includes(limit) ? [] : ['is not in the rules']);
    const unnoticed = judge(rules.replaceAll(limit, spoiled)).status === 0;
    report(`limit ${limit} spoiled to ${spoiled}`, unnoticed ? ['went unnoticed'] : []);
  }
  console.log(`promtool test rules: alert scenarios hold, ${SPOILED_LIMITS.length} seeded faults noticed`);
}

/** Two real replicas behind the real balancer. */
async function serving(change: (config: string) => string = (config) => config) {
  const { endpoint, file } = synthesize({}, { runtime: { grpc: true } });
  const [model] = endpoint.plan.models;
  const create = () => LiveReplica.create(endpoint.runtimeConfig, model.directory);
  const [first, second] = [await create(), await create()];
  await Promise.all([first.start(), second.start()]);
  const places = { 'tumours-1': first, 'tumours-2': second };
  const balancer = await LiveBalancer.start(change(file('balancer/tumours/haproxy.cfg')), places);
  await until(async () => (await balancer.ready()) === 2);
  const load = new LiveLoad(balancer.ports[8080], model);
  await load.more(500);
  const stop = async () => {
    await load.stop();
    await balancer.stop();
    await Promise.all([first.end('SIGKILL'), second.end('SIGKILL')]);
  };
  return { first, second, balancer, load, stop };
}

async function checkNothingIsLost(): Promise<void> {
  const { first, second, balancer, load, stop } = await serving();
  const lost = (what: string) => {
    report(what, load.failures.splice(0));
    console.log(`${what}: ${load.answered} requests answered so far`);
  };
  lost('two replicas');
  await first.end('SIGKILL');
  await load.more(1000);
  lost('a replica is killed');
  await first.start();
  await until(async () => (await balancer.ready()) === 2);
  await load.more(500);
  lost('it comes back');
  await second.end('SIGTERM');
  await load.more(1000);
  lost('a replica is stopped');
  await second.start();
  await until(async () => (await balancer.ready()) === 2);
  balancer.reload();
  await load.more(1000);
  lost('the balancer is reloaded');
  await stop();
}

/** Without sending again what met a dead replica, requests are lost: otherwise nothing above was proven. */
async function checkThatLossIsSeen(): Promise<void> {
  const { first, load, stop } = await serving((config) =>
    config.replace(/^ {2}(option redispatch|retry-on).*\n/gm, '').replace('retries 3', 'retries 0'),
  );
  await first.end('SIGKILL');
  await load.more(200);
  await stop();
  report('a balancer that does not send again', load.failures.length === 0 ? ['lost nothing'] : []);
  console.log(`without redispatch and retries: ${load.failures.length} requests lost`);
}

async function checkEntrances(certificate: string): Promise<void> {
  const { exposure } = variants['from source, HTTPS, gRPC, Prometheus']!.options;
  const config = synthesize({ exposure }).file('balancer/tumours/haproxy.cfg');
  report(
    'the certificate',
    config.includes(path.basename(CERTIFICATE)) ? [] : ['is not in the configuration'],
  );
  const balancer = await LiveBalancer.start(config, {}, certificate);
  try {
    await checkPlainAnswers(balancer);
    for (const [version, expected] of [
      ['TLSv1.1', undefined],
      ['TLSv1.2', 'TLSv1.2'],
      ['TLSv1.3', 'TLSv1.3'],
    ] as const) {
      const got = await handshake(balancer.ports[8443], version);
      report(`handshake ${version}`, got === expected ? [] : [`agreed on ${got}`]);
    }
    const probe = (port: number) => spawnSync('sh', ['-c', PROBE.replaceAll('8404', String(port))]).status;
    report('the probe', probe(balancer.ports[8404]) === 0 ? [] : ['says that a live balancer is not']);
    const bash = PROBE.slice(PROBE.indexOf('exec bash')).replaceAll('8404', String(balancer.ports[8404]));
    report('the probe without wget', spawnSync('sh', ['-c', bash]).status === 0 ? [] : ['fails']);
    const [nobody] = await freePorts(1);
    report('the probe', probe(nobody!) === 0 ? ['says that nobody is a live balancer'] : []);
  } finally {
    await balancer.stop();
  }
  console.log('entrances: redirect, TLS versions, answers without a replica, probe');
}

async function checkPlainAnswers({ ports }: LiveBalancer): Promise<void> {
  const moved = await ask(ports[8082], 'POST', '/v2/models/m/predict?a=1', 'models.example.com:80');
  const goal = 'https://models.example.com/v2/models/m/predict?a=1';
  report('the redirect', moved.status === 308 && moved.location === goal ? [] : [JSON.stringify(moved)]);
  const alone = await ask(ports[8080], 'GET', '/v2/health/ready', 'models.example.com');
  const told = alone.status === 503 && alone.retryAfter === '1' && JSON.parse(alone.body).error !== undefined;
  report('without a replica', told ? [] : [JSON.stringify(alone)]);
}

function ask(port: number, method: string, url: string, host: string) {
  return new Promise<{ status?: number; location?: string; retryAfter?: string; body: string }>(
    (resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port, method, path: url, headers: { host } },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          const { statusCode: status, headers } = response;
          response.on('end', () =>
            resolve({ status, location: headers.location, retryAfter: headers['retry-after'], body }),
          );
        },
      );
      outgoing.on('error', reject).end();
    },
  );
}

/** The version agreed on; undefined when there is none. */
function handshake(port: number, version: SecureVersion): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', minVersion: version, maxVersion: version };
    // Old versions are otherwise refused by this side already.
    const ciphers = 'DEFAULT@SECLEVEL=0';
    const socket = connect({ ...options, ciphers, rejectUnauthorized: false }, () => {
      resolve(socket.getProtocol() ?? undefined);
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });
}

function makeCertificate(): string {
  const [key, certificate] = [path.join(OUT, 'key.pem'), path.join(OUT, 'certificate.pem')];
  const subject = ['-days', '2', '-subj', '/CN=localhost'];
  const options = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    certificate,
    ...subject,
  ];
  execFileSync('openssl', options, { stdio: 'ignore' });
  return write('both.pem', readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
}

function run(program: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new Error(
      `${program} cannot be started: install the Debian packages haproxy and prometheus (${error.message})`,
    );
  }
  return { status, output: `${stdout}${stderr}` };
}

function write(name: string, text: string): string {
  const file = path.join(OUT, name);
  writeFileSync(file, text);
  return file;
}

function report(what: string, problems: readonly string[]): void {
  for (const problem of problems.slice(0, 10)) console.error(`${what}: ${problem}`);
  if (problems.length > 10) console.error(`${what}: and ${problems.length - 10} more`);
  findings += problems.length;
}
