import { type Problem, ProblemError, show, throwProblems } from '@inferstack/runtime/contract';
import { UnsupportedError } from '../core';
import type { ComposeProblemCode } from './problems';

/** What to tell about one wrong value. */
export interface Finding {
  readonly what: string;
  readonly got: unknown;
  readonly allowed?: string;
  readonly remedy: string;
}

/** Collects what is wrong with an endpoint, so that everything is told at once. */
export class Checker {
  private readonly problems: Problem[] = [];

  constructor(readonly path: string) {}

  add(code: ComposeProblemCode, option: string, finding: Finding): void {
    this.push(code, option, finding);
  }

  /** Something the plan asks for and Docker Compose cannot do. */
  unsupported(prop: string, finding: Finding): void {
    this.push('TARGET_UNSUPPORTED', prop, finding);
  }

  /** A whole number within bounds. */
  whole(option: string, got: number, min: number, max: number): void {
    if (Number.isInteger(got) && got >= min && got <= max) return;
    const allowed = `a whole number, ${min} to ${max}`;
    this.add('COMPOSE_OPTION', option, {
      what: 'the value is out of bounds',
      got,
      allowed,
      remedy: 'Correct the value.',
    });
  }

  /** A TCP port of the host. */
  port(option: string, got: number): void {
    if (Number.isInteger(got) && got >= 1 && got <= 65_535) return;
    this.add('COMPOSE_PORT', option, {
      what: 'not a TCP port',
      got,
      allowed: 'a whole number, 1 to 65535',
      remedy: 'Correct the port.',
    });
  }

  /** A file of the host that runs the containers, which need not be this machine. */
  hostFile(option: string, got: string): void {
    if (/^\/[\w./@+-]*[\w@+-]$/.test(got) && !got.split('/').includes('..')) return;
    this.add('COMPOSE_OPTION', option, {
      what: 'not the absolute path of a file on the host that runs the containers',
      got,
      allowed: 'a path from / on: letters, digits and . _ - @ +, without ..',
      remedy: 'Write the whole path.',
    });
  }

  /** An image that names one version. */
  image(option: string, got: string): void {
    if (/^[a-z0-9][\w.:/-]*(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/.test(got) && !got.endsWith(':latest'))
      return;
    this.add('COMPOSE_OPTION', option, {
      what: 'the image reference does not name one version',
      got,
      allowed: 'name@sha256:<64 hex digits>, or name:tag with a tag other than latest',
      remedy: 'Name the version.',
    });
  }

  throwAll(): void {
    const [first, ...others] = this.problems;
    if (first?.code === 'TARGET_UNSUPPORTED' && others.length === 0) throw new UnsupportedError(first);
    throwProblems(this.problems, this.path);
  }

  private push(code: string, option: string, { what, got, allowed, remedy }: Finding): void {
    this.problems.push({ code, at: `${this.path}: ${option}`, what, got: show(got), allowed, remedy });
  }
}

/** Thrown before anything else: without a project nothing can be created. */
export function scopeError(path: string): ProblemError {
  return new ProblemError([
    {
      code: 'TARGET_SCOPE',
      at: path,
      what: 'ComposeEndpoint creates services of a Compose file, but no ComposeProject is above this construct',
      allowed: 'a scope inside a ComposeProject',
      remedy:
        "Create the ModelEndpoint below `new ComposeProject({ name: '...' })`, or choose another target.",
    },
  ]);
}
