import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { goldenResponse } from '../requests/json-encoding';
import type { ServerContender } from './contender';

/** Bare node:http that reads the same body and answers with the same bytes, without looking at them. */
export const nodeEcho: ServerContender = {
  kind: 'server',
  id: 'node-echo',
  label: 'node:http, no model',
  encoding: 'json',
  command: ({ model, port, scratch }) => {
    const file = path.join(scratch, 'response.json');
    writeFileSync(file, goldenResponse(model));
    return {
      argv: [process.execPath, path.join(__dirname, 'node-echo-main.mjs'), String(port), file],
      cwd: __dirname,
      env: {},
    };
  },
};
