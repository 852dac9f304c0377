import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);

/** Runs an example as its user would, with its tool's own output folder. */
async function runExample(main: string, out: string, variable: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  // The template validator of aws-cdk-lib adds seconds to every synthesis; CI runs with it, the demo does not.
  const env = { ...process.env, [variable]: out, CDK_VALIDATION: 'false' };
  await run(process.execPath, ['--import', 'tsx', main], { env });
}

export interface Created {
  readonly kind: string;
  readonly count: number;
}

/** Synthesizes the AWS example and counts the resources of its templates. */
export async function synthAws(main: string, out: string): Promise<Created[]> {
  await runExample(main, out, 'CDK_OUTDIR');
  const templates = readdirSync(out).filter((file) => file.endsWith('.template.json'));
  const kinds = templates.flatMap((file) => {
    const { Resources } = JSON.parse(readFileSync(path.join(out, file), 'utf8')) as {
      Resources: Record<string, { Type: string }>;
    };
    return Object.values(Resources).map((resource) => resource.Type.replace(/^AWS::/, ''));
  });
  return count(kinds);
}

/** Synthesizes the Kubernetes example and counts its objects. */
export async function synthKubernetes(main: string, out: string): Promise<Created[]> {
  await runExample(main, out, 'CDK8S_OUTDIR');
  const files = readdirSync(out).filter((file) => /\.ya?ml$/.test(file));
  const kinds = files.flatMap((file) =>
    parseAllDocuments(readFileSync(path.join(out, file), 'utf8')).map((document) =>
      String(document.get('kind')),
    ),
  );
  return count(kinds);
}

function count(kinds: readonly string[]): Created[] {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, n]) => ({ kind, count: n })).sort((a, b) => a.kind.localeCompare(b.kind));
}
