/**
 * Resolves one source in a process of its own, for an app that waits: a construct cannot. Takes the request as
 * argument, writes the outcome as JSON to standard output.
 */
import { ProblemError } from '@inferstack/runtime/contract';
import type { SourceRequest } from '../core/model-lock';
import type { ResolveOutcome } from './lock-preload';
import { resolveSource } from './resolve-source';

async function main(argument: string): Promise<ResolveOutcome> {
  try {
    return { entry: await resolveSource(JSON.parse(argument) as SourceRequest) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { problems: error.problems };
  }
}

void main(process.argv[2]!).then((outcome) => process.stdout.write(JSON.stringify(outcome)));
