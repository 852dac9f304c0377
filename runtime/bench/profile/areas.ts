/** The parts of a V8 CPU profile that are read. Source: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** What a request is made of, by the innermost frame that belongs to it; the first that fits counts. */
const AREAS: readonly (readonly [area: string, frame: RegExp])[] = [
  ['waiting', /^\(idle\)/],
  ['garbage collection', /^\(garbage collector\)/],
  ['engine: a run of ONNX Runtime', /^run(Sync)? .*onnx-session/],
  [
    'reading the request',
    /(parse-request|infer-request|json-tensor|scan-|json-form|raw-tensor|infer-body|read-body)/,
  ],
  ['validation', /(tensor-validator|input-rules|input-problems)/],
  ['batching', /(batch-scheduler|job-queue|stack\.js|inline-lane|worker-lane)/],
  ['writing the answer', /(infer-response|answer-prediction|reply\.js|content-encoding|exchange\.js)/],
  ['metrics and log', /(monitoring|telemetry|request-log|logging)/],
  ['gRPC library', /(grpc-js|protocols\/grpc)/],
  ['routing, repository, admission', /dist\//],
  ['HTTP of Node.js and the system', /./],
];

/** Frames whose time is that of whoever called them. */
const TRANSPARENT = /^\S* (node:internal\/(process|timers)|$)|^\(program\)/;

/** Shares of the time of the last `seconds` of a profile. */
export function sharesByArea(profile: CpuProfile, seconds: number): Map<string, number> {
  const frames = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url } }) => [id, `${functionName} ${url}`]),
  );
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const times = new Map<string, number>(AREAS.map(([area]) => [area, 0]));
  let left = seconds * 1e6;
  let total = 0;
  for (let i = profile.samples.length - 1; i >= 0 && left > 0; i--) {
    const micros = profile.timeDeltas[i]!;
    left -= micros;
    total += micros;
    const area = areaOf(profile.samples[i]!, frames, parents);
    times.set(area, times.get(area)! + micros);
  }
  return new Map([...times].map(([area, micros]) => [area, micros / total]));
}

function areaOf(
  sample: number,
  frames: ReadonlyMap<number, string>,
  parents: ReadonlyMap<number, number>,
): string {
  const own = frames.get(sample)!;
  let id: number | undefined = sample;
  // Node's own code counts as HTTP, unless nothing but its scheduling stands between it and a frame of the runtime.
  while (id !== undefined && TRANSPARENT.test(frames.get(id)!)) id = parents.get(id);
  const frame = id === undefined ? own : frames.get(id)!;
  return AREAS.find(([, pattern]) => pattern.test(frame))![0];
}
