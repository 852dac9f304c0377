import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const OWN = path.resolve(__dirname, '../../.venv/moto/bin/python');

/** How to get a Python with moto. */
export const MOTO_REMEDY =
  'Install it with: python3 -m venv .venv/moto && .venv/moto/bin/pip install -r test/deploy-aws/requirements.txt ' +
  '(or name a Python that has it in MOTO_PYTHON)';

/** A Python that has moto: the one named in MOTO_PYTHON, else .venv/moto, else python3; undefined without any. */
export function findMotoPython(): string | undefined {
  const named = process.env['MOTO_PYTHON'];
  const candidates = named === undefined ? [...(existsSync(OWN) ? [OWN] : []), 'python3'] : [named];
  return candidates.find((python) => spawnSync(python, ['-c', 'import moto.server']).status === 0);
}
