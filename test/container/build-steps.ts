import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Instruction, ignores, readDockerfile, readPairs, type Stage } from './dockerfile';

/** What the last stage leaves: its files and how docker would start it. */
export interface BuiltImage {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

/**
 * Executes a Dockerfile without an engine: copies what its .dockerignore lets through, and runs the very RUN lines
 * in a directory per stage. The base image is the system this runs on.
 */
export function buildImage(directory: string, output: string): BuiltImage {
  const context = path.join(output, 'context');
  stageContext(directory, context);
  const stages = readDockerfile(readFileSync(path.join(directory, 'Dockerfile'), 'utf8'));
  const roots = new Map<string, string>();
  let image: BuiltImage | undefined;
  for (const stage of stages.slice(1)) {
    const root = path.join(output, stage.name);
    roots.set(stage.name, root);
    image = new StageBuild(root, context, roots).run(stage);
  }
  return image!;
}

function stageContext(directory: string, context: string): void {
  const ignored = ignores(readFileSync(path.join(directory, '.dockerignore'), 'utf8'));
  const files = (readdirSync(directory, { recursive: true }) as string[]).filter(
    (file) => !ignored(file.split(path.sep).join('/')) && statSync(path.join(directory, file)).isFile(),
  );
  for (const file of files) cpSync(path.join(directory, file), path.join(context, file));
}

const NOTHING_TO_RUN = new Set(['FROM', 'LABEL', 'EXPOSE', 'STOPSIGNAL', 'VOLUME']);

class StageBuild {
  private workdir = '/';
  private user = '0';
  private command: string[] = [];
  private healthcheck: string[] = [];
  private readonly env: Record<string, string> = {};
  private readonly args: Record<string, string> = {};

  constructor(
    private readonly root: string,
    private readonly context: string,
    private readonly roots: ReadonlyMap<string, string>,
  ) {}

  run(stage: Stage): BuiltImage {
    mkdirSync(this.root, { recursive: true });
    for (const instruction of stage.instructions) this.step(instruction);
    const { root, workdir, env, user, command, healthcheck } = this;
    return { root, workdir, env, user, command, healthcheck };
  }

  private step({ keyword, rest }: Instruction): void {
    const steps: Record<string, () => void> = {
      ARG: () => Object.assign(this.args, Object.fromEntries(readPairs(rest))),
      ENV: () => Object.assign(this.env, Object.fromEntries(readPairs(this.expand(rest)))),
      WORKDIR: () => {
        this.workdir = rest;
        mkdirSync(this.inside(rest), { recursive: true });
      },
      COPY: () => this.copy(rest.split(/\s+/)),
      RUN: () => this.shell(rest),
      USER: () => {
        this.user = rest;
      },
      CMD: () => {
        this.command = JSON.parse(rest) as string[];
      },
      HEALTHCHECK: () => {
        this.healthcheck = JSON.parse(rest.replace(/^.*?\sCMD\s+/, '')) as string[];
      },
    };
    const step = steps[keyword];
    if (step !== undefined) step();
    else if (!NOTHING_TO_RUN.has(keyword)) {
      throw new Error(`${keyword} is not understood: teach it to test/container/build-steps.ts`);
    }
  }

  private copy(words: readonly string[]): void {
    const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const paths = words.filter((word) => !word.startsWith('--'));
    const base = from === undefined ? this.context : this.roots.get(from)!;
    const target = paths.at(-1)!;
    for (const source of paths.slice(0, -1)) {
      const name = target.endsWith('/') ? path.join(target, path.basename(source)) : target;
      cpSync(path.join(base, source), this.inside(name), { recursive: true, verbatimSymlinks: true });
    }
  }

  private shell(line: string): void {
    console.log(`RUN ${line.replace(/\s+/g, ' ').slice(0, 100)}`);
    execFileSync('/bin/sh', ['-c', line], {
      cwd: this.inside(this.workdir),
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.args, ...this.env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  private inside(file: string): string {
    return path.join(this.root, path.resolve(this.workdir, file));
  }

  private expand(text: string): string {
    return text.replace(/\$\{(\w+)\}/g, (_, name: string) => this.env[name] ?? this.args[name] ?? '');
  }
}
