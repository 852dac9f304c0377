import { type CpuProfile, sharesByArea } from '../../runtime/bench/profile/areas';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 4, 6]),
    node(2, '(idle)', ''),
    node(3, 'readable', 'node:internal/streams/readable', []),
    node(4, 'runSync', 'file:///app/dist/inference/onnx-session.js', [5]),
    node(5, '(program)', ''),
    node(6, 'parseInferRequest', 'file:///app/dist/protocols/http/parse-request.js', []),
  ],
  samples: [2, 2, 3, 4, 5, 6],
  timeDeltas: [5_000_000, 400_000, 100_000, 200_000, 100_000, 200_000],
};

test('the last seconds of a profile, by what the time was spent for', () => {
  const shares = sharesByArea(profile, 1);
  expect(shares.get('waiting')).toBeCloseTo(0.4);
  expect(shares.get('HTTP of Node.js and the system')).toBeCloseTo(0.1);
  // What the engine does itself has no frame of its own.
  expect(shares.get('engine: a run of ONNX Runtime')).toBeCloseTo(0.3);
  expect(shares.get('reading the request')).toBeCloseTo(0.2);
  expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
});
