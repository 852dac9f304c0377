import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { until } from '../../runtime/support/wait';
import { temporaryDirectory } from '../../support/package-builder';
import { testWith } from '../../support/test-with';

/** A test that runs where Prometheus is installed (Debian package prometheus). */
const isThere = spawnSync('prometheus', ['--version']).status === 0;
export const withPrometheus = testWith('prometheus', isThere, 'install the Debian package prometheus');

/** The real Prometheus, scraping one process every second. */
export class PrometheusProcess {
  private child: ChildProcess | undefined;

  private constructor(readonly url: string) {}

  /** On a free port, watching nothing yet. */
  static async reserve(): Promise<PrometheusProcess> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return new PrometheusProcess(`http://127.0.0.1:${port}`);
  }

  async watch(target: number): Promise<void> {
    const directory = temporaryDirectory();
    const scrape = { job_name: 'runtime', static_configs: [{ targets: [`127.0.0.1:${target}`] }] };
    const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [scrape] };
    const file = path.join(directory, 'prometheus.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(config));
    this.child = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${path.join(directory, 'data')}`,
        `--web.listen-address=${this.url.replace('http://', '')}`,
      ],
      { stdio: 'ignore' },
    );
    await until(
      () =>
        fetch(`${this.url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      30_000,
    );
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}
