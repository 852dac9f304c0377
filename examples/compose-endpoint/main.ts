import path from 'node:path';
import { ModelEndpoint, ModelSource } from 'inferstack';
import { ComposeEndpoint, ComposeProject, Exposure } from 'inferstack/compose';

const project = new ComposeProject({
  name: 'digits',
  outdir: 'out/compose-endpoint',
  prometheus: { alertmanagers: ['alerts.example.com:9093'] },
});

const endpoint = new ModelEndpoint(project, 'Digits', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/digits/1')),
  target: new ComposeEndpoint({
    exposure: Exposure.https({ certificateFile: '/etc/inferstack/certificates/digits.pem' }),
  }),
  scaling: { minReplicas: 3, maxReplicas: 3 },
});

// Every service is typed and can be changed: here replicas keep away from the cores of another program.
for (const { definition } of [...endpoint.native.replicas, endpoint.native.surge]) definition.cpuset = '0-5';

project.synth();
