/** The command as a process, with the runtime from its sources: `run-up.ts <app> [--json]`. */
import { runUp } from 'inferstack/local';
import { runtime } from './local-runtime';

const [app, ...flags] = process.argv.slice(2);

void runUp(app!, { port: 0, json: flags.includes('--json'), runtime }).then((code) => {
  process.exitCode = code;
});
