import path from 'node:path';
import { tsxCommand } from '../harness/tsx-command';
import type { LoopContender } from './contender';
import { pythonCommand } from './python-command';

/** The ceiling of everything that runs on Node.js. */
export const nodeLoop: LoopContender = {
  kind: 'loop',
  id: 'ort-node',
  label: 'ONNX Runtime in Node.js, no server',
  command: ({ model, seconds, batch }) => ({
    argv: tsxCommand(
      path.join(__dirname, 'ort-loop-main.ts'),
      model.graphFile,
      String(seconds),
      String(batch),
    ),
    cwd: __dirname,
    env: {},
  }),
};

/** The ceiling of everything that runs on Python. */
export const pythonLoop: LoopContender = {
  kind: 'loop',
  id: 'ort-python',
  label: 'ONNX Runtime in Python, no server',
  python: 'fastapi',
  command: ({ model, seconds, batch }) =>
    pythonCommand('fastapi', model, ['python', 'ort_loop.py', String(seconds), String(batch)]),
};
