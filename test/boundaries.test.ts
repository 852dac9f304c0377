import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const files = ['lib', 'runtime/src'].flatMap((folder) =>
  (readdirSync(path.join(ROOT, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/'))),
);

const imports: Import[] = files.flatMap((file) => {
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  const statement =
    /(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|(?:import|require)\(\s*'([^']+)'\s*\)/g;
  return [...source.matchAll(statement)].map((match) => ({
    file,
    specifier: match[2] ?? match[3]!,
    typeOnly: match[1] !== undefined,
  }));
});

/** Folder an import leads to (`lib/core`), or the package it names. */
function destination({ file, specifier }: Import): string {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
}

const from = (folder: string) => imports.filter(({ file }) => file.startsWith(`${folder}/`));
const list = (found: Import[]) => found.map((i) => `${i.file} -> ${i.specifier}`);
const SDKS = ['aws-cdk-lib', 'cdk8s', 'cdk8s-plus-32', 'cdktf', '@cdktf/'];
const isSdk = ({ specifier }: Import) =>
  SDKS.some((sdk) => specifier === sdk || specifier.startsWith(sdk.endsWith('/') ? sdk : `${sdk}/`));

test('the scan sees the imports it judges', () => {
  expect(from('lib/core')).toContainEqual(expect.objectContaining({ specifier: 'constructs' }));
  expect(from('runtime/src').length).toBeGreaterThan(20);
});

test('core imports constructs, the contract and the model of the runtime, node, and itself', () => {
  const allowed = (i: Import) =>
    destination(i).startsWith('lib/core/') ||
    i.specifier.startsWith('node:') ||
    ['constructs', '@inferstack/runtime/contract', '@inferstack/runtime/model'].includes(i.specifier);
  expect(list(from('lib/core').filter((i) => !allowed(i)))).toEqual([]);
});

test.each([
  ['aws', ['aws-cdk-lib']],
  ['azure', ['@cdktf/provider-azurerm']],
  ['compose', []],
  ['gcp', ['@cdktf/provider-google']],
  ['kubernetes', ['cdk8s', 'cdk8s-plus-32']],
])('target %s imports its own SDK and no other target', (target, sdks) => {
  const own = [target, ...(['azure', 'gcp'].includes(target) ? ['terraform'] : [])];
  const others = ['aws', 'azure', 'compose', 'gcp', 'kubernetes', 'terraform'].filter(
    (name) => !own.includes(name),
  );
  const foreign = from(`lib/${target}`).filter(
    (i) =>
      (isSdk(i) && !sdks.some((sdk) => i.specifier === sdk || i.specifier.startsWith(`${sdk}/`))) ||
      others.some((other) => destination(i).startsWith(`lib/${other}/`)),
  );
  expect(list(foreign)).toEqual([]);
});

test('cloud SDKs are imported by targets alone', () => {
  const elsewhere = imports.filter(
    (i) => isSdk(i) && !/^lib\/(aws|kubernetes|azure|gcp|terraform)\//.test(i.file),
  );
  expect(list(elsewhere)).toEqual([]);
});

test('bare cdktf is imported by lib/terraform alone, so that its successor can take its place', () => {
  const bare = imports.filter((i) => /^cdktf(\/|$)/.test(i.specifier));
  expect(bare.length).toBeGreaterThan(0);
  expect(list(bare.filter((i) => !i.file.startsWith('lib/terraform/')))).toEqual([]);
});

test('provider package roots are never imported: they take seconds and hundreds of megabytes', () => {
  expect(list(imports.filter((i) => /^@cdktf\/provider-[a-z]+$/.test(i.specifier)))).toEqual([]);
});

test('the runtime never imports the library', () => {
  const found = from('runtime/src').filter(
    (i) => i.specifier.startsWith('inferstack') || destination(i).startsWith('lib/'),
  );
  expect(list(found)).toEqual([]);
});

test('the library reaches the runtime through its package alone', () => {
  expect(list(from('lib').filter((i) => destination(i).startsWith('runtime/')))).toEqual([]);
});

test('protocols never import each other', () => {
  const crossing = [
    ...from('runtime/src/protocols/http').filter((i) =>
      destination(i).startsWith('runtime/src/protocols/grpc'),
    ),
    ...from('runtime/src/protocols/grpc').filter((i) =>
      destination(i).startsWith('runtime/src/protocols/http'),
    ),
  ];
  expect(list(crossing)).toEqual([]);
});

test('one file loads onnxruntime-node', () => {
  const loaders = imports.filter((i) => i.specifier === 'onnxruntime-node' && !i.typeOnly).map((i) => i.file);
  expect([...new Set(loaders)]).toEqual(['runtime/src/inference/onnx-session.ts']);
});

test('contract imports nothing of the runtime, model and preprocessing only it and each other', () => {
  const runtimeFolder = (i: Import) => destination(i).startsWith('runtime/src/');
  const outside = (i: Import, ...folders: string[]) =>
    runtimeFolder(i) && !folders.some((f) => `${destination(i)}/`.startsWith(`runtime/src/${f}/`));
  expect(list(from('runtime/src/contract').filter((i) => outside(i, 'contract')))).toEqual([]);
  for (const folder of ['model', 'preprocessing']) {
    const foreign = from(`runtime/src/${folder}`).filter((i) =>
      outside(i, 'model', 'contract', 'preprocessing'),
    );
    expect(list(foreign)).toEqual([]);
  }
});

test('index files only re-export', () => {
  const doing = files
    .filter((file) => file.endsWith('/index.ts'))
    .filter((file) => {
      const code = readFileSync(path.join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      return (
        code.replace(/export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';/g, '').trim() !== ''
      );
    });
  expect(doing).toEqual([]);
});

test('no import cycles', () => {
  expect(findCycles()).toEqual([]);
});

test('files stay below 400 lines', () => {
  const long = files.filter((file) => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});

test("require('inferstack') loads no cloud SDK and no ONNX Runtime", () => {
  const script = `require('inferstack'); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const output = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  const loaded = JSON.parse(output) as string[];
  expect(loaded.some((file) => file.endsWith('dist/core/model-endpoint.js'))).toBe(true);
  const heavy = /node_modules\/(aws-cdk-lib|cdk8s|cdk8s-plus-32|cdktf|@cdktf|onnxruntime-node|opendal)\//;
  expect(loaded.filter((file) => heavy.test(file))).toEqual([]);
});

function findCycles(): string[] {
  const graph = new Map<string, string[]>();
  for (const i of imports) {
    // Types vanish when compiled, so a cycle of types alone loads in any order.
    if (!i.specifier.startsWith('.') || i.typeOnly) continue;
    const base = destination(i);
    const target = [`${base}.ts`, `${base}/index.ts`].find((candidate) => files.includes(candidate));
    if (target) graph.set(i.file, [...(graph.get(i.file) ?? []), target]);
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
    if (done.has(file) || trail.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}
