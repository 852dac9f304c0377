import path from 'node:path';
import type { ModelVersion } from './deployed';
import { type Run, run } from './run';

const ROOT = path.resolve(__dirname, '../..');
const CDK = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const APP = 'node node_modules/tsx/dist/cli.mjs test/deploy-aws/app.ts';

/** What app.ts is asked for. */
export interface AppContext {
  readonly version: ModelVersion;
  readonly broken?: 'true';
}

/** The real CLI with the app of this folder; templates are written below `out`. */
export class Cdk {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly out: string,
  ) {}

  /** Needs no app, and where there is no cdk.json the CLI starts none. */
  bootstrap(): Promise<Run> {
    return this.run(this.out, ['bootstrap', 'aws://123456789012/us-east-1']);
  }

  deploy(context: AppContext): Promise<Run> {
    // Updates by change set never end with moto.
    return this.runApp(context, ['deploy', '--method', 'direct', '--require-approval', 'never']);
  }

  /** Exit code 1 when there is a difference. */
  diff(context: AppContext): Promise<Run> {
    return this.runApp(context, ['diff', '--method', 'template', '--fail']);
  }

  /** What was synthesized last says which stacks there are. */
  destroy(): Promise<Run> {
    return this.run(ROOT, ['destroy', '--force', '--app', this.assembly]);
  }

  private get assembly(): string {
    return path.join(this.out, 'cdk');
  }

  private runApp(context: AppContext, args: readonly string[]): Promise<Run> {
    const given = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    return this.run(ROOT, [...args, '--app', APP, '--output', this.assembly, ...given]);
  }

  private run(cwd: string, args: readonly string[]): Promise<Run> {
    return run(process.execPath, [CDK, ...args, '--no-notices'], { env: this.env, cwd });
  }
}
