import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../harness/free-port';
import type { ServerContender } from './contender';
import { pythonCommand } from './python-command';

let otherPorts = { grpc: 0, metrics: 0 };

/** MLServer with a custom runtime; with one worker the model runs in the server process, which is its fastest way. */
export const mlserver: ServerContender = {
  kind: 'server',
  id: 'mlserver',
  label: 'MLServer',
  encoding: 'json',
  python: 'mlserver',
  prepare: async () => {
    otherPorts = { grpc: await freePort(), metrics: await freePort() };
  },
  command: ({ model, port, layout, scratch }) => {
    const settings = {
      host: '127.0.0.1',
      http_port: port,
      grpc_port: otherPorts.grpc,
      metrics_port: otherPorts.metrics,
      metrics_endpoint: null,
      parallel_workers: layout.workers > 1 ? layout.workers : 0,
      debug: false,
    };
    const modelSettings = { name: model.name, implementation: 'mlserver_model.OnnxModel' };
    writeFileSync(path.join(scratch, 'settings.json'), JSON.stringify(settings));
    writeFileSync(path.join(scratch, 'model-settings.json'), JSON.stringify(modelSettings));
    return pythonCommand('mlserver', model, ['mlserver', 'start', scratch]);
  },
};
