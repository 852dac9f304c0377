import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Workspace } from './terraform';

export interface StackVerdict {
  readonly problems: readonly string[];
  readonly resources: number;
  readonly seconds: { readonly validate: number; readonly plan: number; readonly apply: number };
}

/** Directories below one that hold a stack as cdktf writes it. */
export function stacksIn(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true }) as string[];
  const found = files.filter((file) => path.basename(file) === 'cdk.tf.json');
  return found.map((file) => path.join(directory, path.dirname(file))).sort();
}

/**
 * Lets terraform validate, plan and apply a stack, and plan it again: then nothing may be left to change. Warnings are
 * problems too.
 */
export async function checkStack(stack: string): Promise<StackVerdict> {
  const workspace = new Workspace();
  const seconds = { validate: 0, plan: 0, apply: 0 };
  try {
    await workspace.configureFrom(stack);
    const validated = await workspace.validate();
    seconds.validate = validated.seconds;
    const problems = validated.diagnostics.map(({ severity, summary, detail }) =>
      `${severity}: ${summary} ${detail ?? ''}`.trim(),
    );
    if (problems.length > 0) return { problems, resources: 0, seconds };

    const planned = await workspace.plan();
    seconds.plan = planned.seconds;
    seconds.apply = (await workspace.apply()).seconds;
    const left = (await workspace.plan()).changes.map(
      ({ address, change }) => `after apply there is still to ${change.actions.join(' and ')}: ${address}`,
    );
    return { problems: left, resources: planned.changes.length, seconds };
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)], resources: 0, seconds };
  } finally {
    workspace.close();
  }
}
