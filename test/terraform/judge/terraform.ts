import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProviderPackage } from './provider-package';
import { ProviderServer } from './provider-server';
import { type Configuration, madeUpVariables, usedTypes } from './used-types';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** One thing terraform has to say, with the file it says it of. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  readonly range?: { readonly filename: string };
}

export type Action = 'no-op' | 'create' | 'read' | 'update' | 'delete';

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly Action[];
    readonly before: object | null;
    readonly after: object | null;
  };
}

interface Plan {
  readonly resource_changes?: readonly ResourceChange[];
}

const packages = { azurerm: new ProviderPackage('azurerm'), google: new ProviderPackage('google') };

/** Version of the terraform on the PATH, or why there is none. */
export function terraformVersion(): { readonly version?: string; readonly missing?: string } {
  const { status, stdout, error } = spawnSync('terraform', ['version', '-json'], {
    encoding: 'utf8',
    env: environment(tmpdir()),
  });
  if (error !== undefined) return { missing: `terraform cannot be started: ${error.message}` };
  if (status !== 0) return { missing: `terraform version ended with status ${status}` };
  return { version: (JSON.parse(stdout) as { terraform_version: string }).terraform_version };
}

/**
 * A working directory of the real terraform, with providers that have the schemas of the real ones and no cloud. It
 * has no backend but a local file, so nothing has to be initialized or reached.
 */
export class Workspace {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'terraform-judge-'));
  private servers: ProviderServer[] = [];
  /** State may hold what a later configuration no longer has. */
  private readonly seen: Configuration[] = [];

  /** Puts configurations in place of those before; state is kept. Each name becomes `<name>.tf.json`. */
  async configure(configurations: Readonly<Record<string, Configuration>>, assets?: string): Promise<void> {
    for (const file of readdirSync(this.directory).filter((name) => !name.startsWith('terraform.tfstate')))
      rmSync(path.join(this.directory, file), { recursive: true });
    if (assets !== undefined) this.link(assets);
    for (const [name, configuration] of Object.entries(configurations))
      this.write(`${name}.tf.json`, withoutBackend(configuration));
    this.write('judge.auto.tfvars.json', madeUpVariables(Object.values(configurations)));
    await this.serve(Object.values(configurations));
  }

  /** A stack as cdktf wrote it: the directory that holds cdk.tf.json. */
  async configureFrom(stack: string): Promise<Configuration> {
    const configuration = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8')) as Configuration;
    await this.configure({ cdk: configuration }, stack);
    return configuration;
  }

  async validate(): Promise<{ diagnostics: readonly Diagnostic[]; seconds: number }> {
    const outcome = await this.run('validate', '-json');
    if (!outcome.stdout.startsWith('{')) throw failure('validate', outcome);
    const { diagnostics } = JSON.parse(outcome.stdout) as { diagnostics: readonly Diagnostic[] };
    return { diagnostics, seconds: outcome.seconds };
  }

  /** What terraform would change. @throws when it cannot plan. */
  async plan(): Promise<{ changes: readonly ResourceChange[]; seconds: number }> {
    const outcome = await this.run('plan', '-input=false', '-no-color', '-out=judge.tfplan');
    if (outcome.status !== 0) throw failure('plan', outcome);
    const shown = await this.run('show', '-json', 'judge.tfplan');
    if (shown.status !== 0) throw failure('show', shown);
    const plan = JSON.parse(shown.stdout) as Plan;
    const changes = (plan.resource_changes ?? []).filter(({ change }) => change.actions[0] !== 'no-op');
    return { changes, seconds: outcome.seconds };
  }

  async apply(): Promise<{ seconds: number }> {
    const outcome = await this.run('apply', '-input=false', '-no-color', '-auto-approve');
    if (outcome.status !== 0) throw failure('apply', outcome);
    return outcome;
  }

  /** The attributes of every resource in the state, by address. */
  async state(): Promise<Readonly<Record<string, unknown>>> {
    const shown = await this.run('show', '-json');
    if (shown.status !== 0) throw failure('show', shown);
    const { values } = JSON.parse(shown.stdout) as {
      values?: { root_module: { resources?: readonly { address: string; values: unknown }[] } };
    };
    const resources = values?.root_module.resources ?? [];
    return Object.fromEntries(resources.map((resource) => [resource.address, resource.values]));
  }

  /** What terraform knows of the schemas served to it, in its own JSON; another server may stand in for one. */
  async schemas(instead?: ProviderServer): Promise<unknown> {
    if (instead !== undefined) this.servers.push(instead);
    const shown = await this.run('providers', 'schema', '-json');
    if (shown.status !== 0) throw failure('providers schema', shown);
    return JSON.parse(shown.stdout) as unknown;
  }

  async run(...args: string[]): Promise<Outcome> {
    const start = performance.now();
    const reattach = Object.assign({}, ...this.servers.map((server) => server.reattach)) as object;
    const child = spawn('terraform', args, {
      cwd: this.directory,
      env: { ...environment(this.directory), TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => (signal === null ? resolve(code ?? -1) : resolve(-1)));
    });
    return { ...output, status, seconds: (performance.now() - start) / 1000 };
  }

  close(): void {
    for (const server of this.servers) server.stop();
    this.servers = [];
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async serve(configurations: readonly Configuration[]): Promise<void> {
    for (const server of this.servers) server.stop();
    this.seen.push(...configurations);
    const used = usedTypes(this.seen);
    this.servers = Object.values(packages).map((installed) => new ProviderServer(installed.schema(used)));
    await Promise.all(this.servers.map((server) => server.start()));
  }

  /** In many lines, since terraform shows the one it complains of. */
  private write(name: string, content: unknown): void {
    writeFileSync(path.join(this.directory, name), JSON.stringify(content, undefined, 1));
  }

  private link(stack: string): void {
    const others = readdirSync(stack).filter((name) => !/\.tf(\.json)?$|^\.|^terraform/.test(name));
    for (const name of others) symlinkSync(path.resolve(stack, name), path.join(this.directory, name));
  }
}

/** Nothing of the user's: no credentials, no configuration, no update check. */
function environment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    TF_CLI_CONFIG_FILE: process.platform === 'win32' ? 'NUL' : '/dev/null',
    TF_DATA_DIR: path.join(home, '.terraform'),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    NO_COLOR: '1',
  };
}

function withoutBackend(configuration: Configuration): Configuration {
  const { backend: _, ...terraform } = (configuration['terraform'] ?? {}) as Record<string, unknown>;
  return { ...configuration, terraform };
}

function failure(command: string, { status, stdout, stderr }: Outcome): Error {
  return new Error(`terraform ${command} ended with status ${status}:\n${stderr.trim() || stdout.trim()}`);
}
