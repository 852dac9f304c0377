import { Gate, ModelSource, Rollout } from 'inferstack';
import { outboundAddresses } from '../../lib/core';
import { exampleModel, fakeEndpoint } from '../support/endpoint';

const candidate = ModelSource.fromDirectory(exampleModel('breast-cancer', '2'));
const addresses = (...urls: string[]) => {
  const gates = urls.map((url, i) => Gate.metric({ name: `g${i}`, url, query: 'q', max: 1 }));
  return outboundAddresses(fakeEndpoint({ rollout: Rollout.canary({ candidate, gates }) }).plan);
};

test('servers with the figures of gates are reached, at their ports', () => {
  expect(addresses('http://prometheus.monitoring.svc:9090', 'https://mimir.example.com/prometheus')).toEqual([
    { host: 'prometheus.monitoring.svc', port: 9090 },
    { host: 'mimir.example.com', port: 443 },
  ]);
});

test('what the platform asks is not asked by replicas', () => {
  const gates = [Gate.metric({ name: 'g', url: 'http://prometheus:9090', query: 'q', max: 1 })];
  expect(outboundAddresses(fakeEndpoint({ rollout: Rollout.canary({ gates }) }).plan)).toEqual([]);
});
