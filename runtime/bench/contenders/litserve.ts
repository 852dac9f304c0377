import type { ServerContender } from './contender';
import { pythonCommand } from './python-command';

/** LitServe always has a worker process beside the one that speaks HTTP. */
export const litserve: ServerContender = {
  kind: 'server',
  id: 'litserve',
  label: 'LitServe',
  encoding: 'json',
  python: 'litserve',
  command: ({ model, port, layout }) =>
    pythonCommand('litserve', model, ['python', 'litserve_server.py'], {
      BENCH_PORT: String(port),
      BENCH_WORKERS: String(layout.workers),
    }),
};
