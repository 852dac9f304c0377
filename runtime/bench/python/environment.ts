import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const BENCH = path.join(__dirname, '..');
const ENVIRONMENTS = path.join(BENCH, '.venv');
const PYTHON = process.env['BENCH_PYTHON'] ?? 'python3';

/** Where the programs of an environment are. */
export function environmentBin(name: string): string {
  return path.join(ENVIRONMENTS, name, 'bin');
}

/**
 * Makes a virtual environment of exactly the pinned requirements, once for each content of that file.
 *
 * @returns nothing, or why it cannot be installed here
 */
export function ensureEnvironment(name: string, requirements: string): string | undefined {
  const stamp = path.join(ENVIRONMENTS, name, 'installed.txt');
  const wanted = readFileSync(path.join(BENCH, requirements), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  process.stderr.write(`installing ${requirements} into .venv/${name}\n`);
  try {
    mkdirSync(ENVIRONMENTS, { recursive: true });
    run(PYTHON, '-m', 'venv', '--clear', path.join(ENVIRONMENTS, name));
    run(
      path.join(environmentBin(name), 'python'),
      ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', path.join(BENCH, requirements)],
    );
  } catch (error) {
    return (error as Error).message.trim().split('\n').slice(-3).join(' ');
  }
  writeFileSync(stamp, wanted);
  return undefined;
}

/** Generates the benchmark models when they are missing or made by other programs. */
export function ensureModels(): void {
  const failure = ensureEnvironment('models', 'models/requirements.txt');
  if (failure !== undefined) throw new Error(`the benchmark models cannot be made: ${failure}`);
  const sources = ['make_models.py', 'graph.py', 'images.py', 'encoder.py', 'package.py', 'requirements.txt'];
  const wanted = sources.map((file) => readFileSync(path.join(BENCH, 'models', file), 'utf8')).join('');
  const stamp = path.join(BENCH, 'models', 'generated', 'made-by.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  run(path.join(environmentBin('models'), 'python'), path.join(BENCH, 'models', 'make_models.py'));
  writeFileSync(stamp, wanted);
}

/** Versions of Python and of the engine the peers run on. */
export function pythonVersions(): { python: string; onnxruntime: string } {
  const script = 'import platform, onnxruntime; print(platform.python_version(), onnxruntime.__version__)';
  const [python, onnxruntime] = run(path.join(environmentBin('fastapi'), 'python'), '-c', script).split(' ');
  return { python: python!, onnxruntime: onnxruntime! };
}

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    cwd: BENCH,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}
