import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Duration, Rollout } from 'inferstack';
import { temporaryFolder } from '../support/temporary-folder';
import { synthesize } from './support/synthesize';

// rollout.sh by a real shell, with a stand-in for the docker command that writes down what it is asked and fails where
// the test says so. What Docker itself does is not shown here.

const root = temporaryFolder();
const DOCKER = path.join(root, 'docker');
writeFileSync(
  DOCKER,
  String.raw`#!/bin/sh
file=
while [ $# -gt 0 ]; do
  case $1 in
    compose) shift ;;
    --project-directory) shift 2 ;;
    --file) file=$2; shift 2 ;;
    *) break ;;
  esac
done
call=$*
case $file in .rollout/*) call="before $call" ;; esac
echo "$call" >> "$FAKE_LOG"
if [ -n "$FAKE_FAIL" ] && echo "$call" | grep -Eq "$FAKE_FAIL"; then exit 1; fi
case $call in
  *'config --hash'*)
    text=$(awk -v name="  $3:" '/^ ? ?[a-z]/ { found = $0 == name } found' "$file")
    [ -n "$text" ] || exit 1
    echo "$3 $(echo "$text" | cksum)" ;;
  'ps --quiet'*) echo "id-$3" ;;
  inspect*) echo "$FAKE_HEALTH" ;;
  *'promtool query'*)
    if [ -n "$FAKE_ALARM" ] && grep -q 'rm --stop' "$FAKE_LOG"; then
      echo "ALERTS{alertname=\"$FAKE_ALARM\", alertstate=\"firing\"} => 1 @[1]"
    fi ;;
esac
`,
);
chmodSync(DOCKER, 0o755);

interface Faults {
  readonly FAKE_FAIL?: string;
  readonly FAKE_ALARM?: string;
  readonly FAKE_HEALTH?: string;
}

const NO_FAULTS = { FAKE_FAIL: '', FAKE_ALARM: '', FAKE_HEALTH: 'healthy 0' };
let logs = 0;

/** A host with its directory of the project. */
class Host {
  readonly directory = path.join(root, `host-${logs++}`);

  /** Synthesizes into the directory and rolls out; what the shell said, and what docker was asked to change. */
  rollout(level: 'info' | 'warn', faults: Faults = {}, bakeSeconds = 0) {
    const { project } = synthesize(
      {},
      { runtime: { logLevel: level }, rollout: Rollout.rolling({ bake: Duration.seconds(bakeSeconds) }) },
      { outdir: this.directory, prometheus: {} },
    );
    project.synth();
    return this.run(faults);
  }

  run(faults: Faults = {}) {
    const log = path.join(root, `log-${logs++}`);
    writeFileSync(log, '');
    const { status, stderr } = spawnSync(path.join(this.directory, 'rollout.sh'), {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${root}:${process.env.PATH}`, FAKE_LOG: log, ...NO_FAULTS, ...faults },
    });
    const calls = readFileSync(log, 'utf8').split('\n');
    const changes = calls
      .filter((call) => /^(before )?(up|rm|kill) /.test(call))
      .map((call) =>
        call
          .replace(/--(detach|no-build|no-deps|wait-timeout \d+|wait|stop|force) ?/g, '')
          .replace(/ +/g, ' ')
          .trim(),
      );
    return { status, stderr, calls, changes };
  }

  deployed(): string {
    return readFileSync(path.join(this.directory, '.rollout/compose.yaml'), 'utf8');
  }
}

const FORWARD = ['up tumours-surge', 'up tumours-1', 'up tumours-2', 'rm tumours-surge'];
const AFTER = ['up --no-recreate --remove-orphans', 'kill --signal HUP prometheus'];

function served(): Host {
  const host = new Host();
  expect(host.rollout('info').status).toBe(0);
  return host;
}

test('the first time everything starts at once, images first', () => {
  const { status, calls, changes } = new Host().rollout('info');
  expect(status).toBe(0);
  expect(changes).toEqual(['up']);
  expect(calls.slice(0, 3).map((call) => call.split(' ')[0])).toEqual(['config', 'build', 'pull']);
});

test('a new version is proven beside the old ones before the first is replaced, one at a time', () => {
  const host = served();
  const { status, changes } = host.rollout('warn');
  expect(status).toBe(0);
  expect(changes).toEqual([...FORWARD, ...AFTER]);
  expect(host.deployed()).toBe(readFileSync(path.join(host.directory, 'compose.yaml'), 'utf8'));
});

test('without anything new no replica is touched', () => {
  const { status, changes, stderr } = served().rollout('info');
  expect(status).toBe(0);
  expect(stderr).toContain('nothing new');
  expect(changes).toEqual(AFTER);
});

test('a version that does not get ready never replaces a replica', () => {
  const host = served();
  const before = host.deployed();
  const { status, changes } = host.rollout('warn', { FAKE_FAIL: '^up .*tumours-surge' });
  expect(status).toBe(1);
  expect(changes).toEqual([
    'up tumours-surge',
    'rm tumours-surge',
    'before up --no-recreate --remove-orphans',
    'kill --signal HUP tumours',
  ]);
  expect(host.deployed()).toBe(before);
});

test('what was replaced goes back, the last one first, while the new one beside still serves', () => {
  const { status, changes } = served().rollout('warn', { FAKE_FAIL: '^up .*tumours-2' });
  expect(status).toBe(1);
  expect(changes.slice(3)).toEqual([
    'before up tumours-2',
    'before up tumours-1',
    'rm tumours-surge',
    'before up --no-recreate --remove-orphans',
    'kill --signal HUP tumours',
  ]);
});

test('an alarm while it bakes goes back', () => {
  const { status, stderr, changes } = served().rollout('warn', { FAKE_ALARM: 'InferstackErrors' }, 60);
  expect(status).toBe(1);
  expect(stderr).toContain('alarm InferstackErrors');
  expect(changes.slice(4, 6)).toEqual(['before up tumours-2', 'before up tumours-1']);
});

test('what Compose calls well is looked at again', () => {
  const { status, stderr, changes } = served().rollout('warn', { FAKE_HEALTH: 'starting 3' });
  expect(status).toBe(1);
  expect(stderr).toContain('tumours is not healthy');
  expect(changes).not.toContain('up tumours-1');
});

test('a replica that is not well while it bakes goes back', () => {
  const { status, stderr } = served().rollout('warn', { FAKE_HEALTH: 'healthy 2' }, 60);
  expect(status).toBe(1);
  expect(stderr).toContain('tumours-1 is not well: healthy 2');
});

test('a rollback that fails says so', () => {
  const { status, stderr } = served().rollout('warn', { FAKE_FAIL: '^(before )?up .*tumours-1' });
  expect(status).toBe(2);
  expect(stderr).toContain('could not be brought back');
});

test('a faulty configuration of the balancer is refused before it is loaded, and put back', () => {
  const host = served();
  const config = path.join(host.directory, 'balancer/tumours/haproxy.cfg');
  const good = readFileSync(config, 'utf8');
  writeFileSync(config, 'nonsense');
  const { status, changes, stderr } = host.run({ FAKE_FAIL: 'haproxy -c' });
  expect(stderr).toContain('was refused');
  expect(status).toBe(2);
  expect(changes).not.toContain('kill --signal HUP tumours');
  expect(readFileSync(config, 'utf8')).toBe(good);
});

test('a new configuration of the balancer is loaded without starting it anew', () => {
  const host = served();
  writeFileSync(path.join(host.directory, 'balancer/tumours/haproxy.cfg'), 'other');
  expect(host.run().changes[0]).toBe('kill --signal HUP tumours');
});

test('a second rollout at the same time is refused, and the lock goes with the first', () => {
  const host = served();
  mkdirSync(path.join(host.directory, '.rollout.lock'));
  expect(host.run()).toMatchObject({ status: 1, changes: [] });
  const other = served();
  expect(existsSync(path.join(other.directory, '.rollout.lock'))).toBe(false);
});
