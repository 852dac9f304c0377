import type { ServerContender } from './contender';
import { pythonCommand } from './python-command';

export const bentoml: ServerContender = {
  kind: 'server',
  id: 'bentoml',
  label: 'BentoML',
  encoding: 'json',
  python: 'bentoml',
  command: ({ model, port, layout, scratch }) =>
    pythonCommand(
      'bentoml',
      model,
      ['bentoml', 'serve', 'bentoml_service:Service', '--host', '127.0.0.1', '--port', String(port)],
      { BENCH_WORKERS: String(layout.workers), BENTOML_HOME: scratch, BENTOML_DO_NOT_TRACK: 'True' },
    ),
};
