import path from 'node:path';
import { type Run, run } from './run';

const ROOT = path.resolve(__dirname, '../..');
const CDK = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const APP = 'node node_modules/tsx/dist/cli.mjs test/deploy-aws/app.ts';

/** What app.ts is asked for. */
export interface AppContext {
  readonly version: '1' | '2';
  readonly broken?: 'true';
}

/** The real CLI with the app of this folder. */
export class Cdk {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly out: string,
  ) {}

  bootstrap(): Promise<Run> {
    return this.run(['bootstrap', 'aws://123456789012/us-east-1'], { version: '1' });
  }

  deploy(context: AppContext): Promise<Run> {
    // Updates by change set never end with moto.
    return this.run(['deploy', '--method', 'direct', '--require-approval', 'never'], context);
  }

  /** Exit code 1 when there is a difference. */
  diff(context: AppContext): Promise<Run> {
    return this.run(['diff', '--method', 'template', '--fail'], context);
  }

  destroy(context: AppContext): Promise<Run> {
    return this.run(['destroy', '--force'], context);
  }

  private run(args: readonly string[], context: AppContext): Promise<Run> {
    const given = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    const all = [CDK, ...args, '--app', APP, '--output', this.out, '--no-notices', ...given];
    return run(process.execPath, all, { env: this.env, cwd: ROOT });
  }
}
