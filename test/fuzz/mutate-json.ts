import type { Random } from './random';

type Container = Record<string, unknown> | unknown[];

/** Values that decoders trip over: edges of numbers, names of prototypes, text that is not what it seems. */
const ODD: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  '0',
  'NaN',
  '\u0000',
  '\ud800',
  'é'.repeat(300),
  '__proto__',
  'constructor',
  '../../etc/passwd',
  0,
  -0,
  -1,
  0.1,
  1e308,
  Number.NEGATIVE_INFINITY,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  9.3e18,
  [],
  {},
  [[]],
  [null],
  { data: [1] },
];
const KEYS = [
  'name',
  'datatype',
  'shape',
  'data',
  'inputs',
  'outputs',
  'rows',
  'parameters',
  'id',
  '__proto__',
  'toString',
  'x',
];
const DTYPES = ['BOOL', 'UINT8', 'INT64', 'UINT64', 'FP16', 'BF16', 'FP32', 'FP64', 'BYTES', 'fp32', 'FP128'];
const SHAPES = [
  [],
  [0],
  [-1],
  [1],
  [30],
  [1, 30],
  [2, 30],
  [1, 1, 30],
  [2 ** 31, 2 ** 31],
  [1e9, 30],
  [1.5],
  ['1'],
];

/** Changes one to three places of a document in ways that keep its structure recognizable. */
export function mutateJson(document: unknown, random: Random): unknown {
  const copy = structuredClone(document) as Container;
  for (let n = 1 + random.below(3); n > 0; n--) mutateOnce(copy, random);
  return copy;
}

function mutateOnce(root: Container, random: Random): void {
  const target = random.pick(containers(root));
  const keys = Object.keys(target);
  const key = keys.length > 0 ? random.pick(keys) : '0';
  const fields = target as Record<string, unknown>;
  switch (random.below(8)) {
    case 0:
      delete fields[key];
      break;
    case 1:
      if (!Array.isArray(target)) fields[random.pick(KEYS)] = structuredClone(fields[key]);
      break;
    case 2:
      if (Array.isArray(target))
        target.push(...Array.from({ length: 1 + random.below(40) }, () => structuredClone(target[0])));
      break;
    case 3:
      fields[key] = nested(fields[key], 1 + random.below(60));
      break;
    case 4:
      if ('datatype' in target) fields.datatype = random.pick(DTYPES);
      break;
    case 5:
      if ('shape' in target) fields.shape = structuredClone(random.pick(SHAPES));
      break;
    default:
      // A copy: what is changed later must not change the table, or a seed would depend on the cases before it.
      fields[key] = structuredClone(random.pick(ODD));
  }
}

function containers(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containers)];
}

function nested(value: unknown, depth: number): unknown {
  return depth === 0 ? value : [nested(value, depth - 1)];
}
