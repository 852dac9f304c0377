import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { exampleModel } from '../../support/endpoint';
import { Project } from './project';

const directories = ['1', '2'].map((version) => exampleModel('breast-cancer', version));
const [first, second] = directories.map((directory) => openModelPackage(directory).digest);

/** What the real `dvc add` and `dvc push` write, without the data in the workspace. */
export async function checkDvc(dvc: string): Promise<void> {
  const project = new Project();
  const env = { ...process.env, DVC_NO_ANALYTICS: '1' };
  const run = (...args: string[]): void =>
    void execFileSync(dvc, [...args, '--quiet'], { cwd: project.directory, env, stdio: 'pipe' });
  const track = (from: string): void => {
    const target = path.join(project.directory, 'credit');
    cpSync(from, target, { recursive: true });
    run('add', 'credit');
    run('push');
    rmSync(target, { recursive: true });
    rmSync(path.join(project.directory, '.dvc', 'cache'), { recursive: true });
  };
  const source = ['dvc', 'credit'];
  try {
    run('init', '--no-scm');
    run('remote', 'add', '--default', 'store', 'store');
    track(directories[0]!);
    const locked = await project.lock(source);
    assert.equal(locked.code, 0, JSON.stringify(locked.json));
    assert.equal(project.synthesize(source), first);

    track(directories[1]!);
    project.forgetCache();
    assert.equal((await project.inferstack(source, 'model', 'fetch')).code, 0);
    assert.equal(project.synthesize(source), first, 'the lock names the data, not the .dvc file');
    assert.equal((await project.lock(source)).code, 0);
    assert.equal(project.synthesize(source), second);
  } finally {
    project.remove();
  }
}
