import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import Ajv2020 from 'ajv/dist/2020';
import { type RequestErrorCode, requestErrors } from '../../runtime/src/errors';
import { ModelInstance } from '../../runtime/src/inference';
import { modelDocument } from '../../runtime/src/protocols/http/openapi/document';
import type { ServeRole } from '../../runtime/src/serve';
import { call, get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { copyPackage, MODELS, removeCopies, testConfig } from '../runtime/support/packages';

// biome-ignore lint/suspicious/noExplicitAny: a document is JSON of any form, and a wrong guess fails the test.
type Document = Record<string, any>;
const NAMES = ['breast-cancer/1', 'breast-cancer/2', 'diabetes/1', 'digits/1'];

let role: ServeRole;
let whole: Document;
beforeAll(async () => {
  role = await serve(testConfig(NAMES));
  whole = (await get(role.ports.inference, '/v2/openapi.json')).json;
});
afterAll(async () => {
  await role.stop();
  removeCopies();
});

const fetched = async (target: string): Promise<Document> => {
  const { status, json } = await get(role.ports.inference, target);
  expect(status).toBe(200);
  return json;
};

function judge(document: Document): { valid: boolean; errors?: unknown; version: string } {
  const script = path.join(__dirname, 'support/validate-openapi.mjs');
  return JSON.parse(
    execFileSync(process.execPath, [script], { input: JSON.stringify(document), encoding: 'utf8' }),
  );
}

interface Operation {
  readonly target: string;
  readonly method: string;
  readonly operation: Document;
}

function operations(document: Document): Operation[] {
  return Object.entries(document.paths as Document).flatMap(([target, methods]) =>
    Object.entries(methods as Document).map(([method, operation]) => ({ target, method, operation })),
  );
}

/** A function that says whether a value fits a schema of the document. */
function fits(document: Document, schema: Document): (value: unknown) => string | undefined {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validate = ajv.compile({ ...schema, components: document.components });
  return (value) => (validate(value) ? undefined : ajv.errorsText(validate.errors));
}

const examplesOf = (content: Document): [string, unknown][] =>
  Object.entries((content['application/json'].examples ?? {}) as Document).map(([name, { value }]) => [
    name,
    value,
  ]);

test('the documents are valid OpenAPI 3.1', async () => {
  expect(judge(whole)).toMatchObject({ valid: true, version: '3.1' });
  for (const target of [
    '/v2/models/diabetes/openapi.json',
    '/v2/models/breast-cancer/versions/1/openapi.json',
  ])
    expect(judge(await fetched(target))).toMatchObject({ valid: true });
  // The judge can say no.
  expect(judge({ ...whole, info: {} }).valid).toBe(false);
});

test('every reference leads somewhere, every operation has a name of its own', () => {
  const text = JSON.stringify(whole);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name!,
  );
  expect(references.filter((name) => whole.components.schemas[name] === undefined)).toEqual([]);
  const ids = operations(whole).map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every example is answered with 200, as its response says, and both fit their schemas', async () => {
  let sent = 0;
  for (const { target, method, operation } of operations(whole)) {
    if (operation.requestBody?.content?.['application/json']?.examples === undefined) continue;
    const { content } = operation.requestBody;
    const response = operation.responses['200'].content;
    const accepts = fits(whole, content['application/json'].schema);
    const promises = fits(whole, response['application/json'].schema);
    const expected = new Map(examplesOf(response));
    for (const [name, body] of examplesOf(content)) {
      const where = `${method} ${target} ${name}`;
      expect([where, accepts(body)]).toEqual([where, undefined]);
      const { status, json } = await call(role.ports.inference, method.toUpperCase(), target, { body });
      expect([where, status, promises(json)]).toEqual([where, 200, undefined]);
      expect([where, promises(expected.get(name))]).toEqual([where, undefined]);
      expectClose(json, expected.get(name));
      sent++;
    }
  }
  // Two samples of four versions by two routes; three of them are the latest of their model and have two paths.
  expect(sent).toBe(2 * 2 * (4 + 3));
});

test('every documented operation is there, and answers with a documented status', async () => {
  for (const { target, method, operation } of operations(whole)) {
    const reply = await call(
      role.ports.inference,
      method.toUpperCase(),
      target.replace('{model}', 'diabetes'),
    );
    const documented = Object.keys(operation.responses);
    expect(reply.status).not.toBe(405);
    expect([target, documented.includes(String(reply.status))]).toEqual([target, true]);
  }
});

test('the schema of a row refuses what the server refuses', async () => {
  const target = '/v2/models/diabetes/predict';
  const { content } = whole.paths[target].post.requestBody;
  const accepts = fits(whole, content['application/json'].schema);
  const [[, good]] = examplesOf(content) as [[string, { rows: Record<string, unknown>[] }]];
  const row = good.rows[0]!;
  const { age: _, ...without } = row;
  const changes: unknown[] = [
    { rows: [{ ...row, age: 121 }] },
    { rows: [{ ...row, age: 1.5 }] },
    { rows: [{ ...row, sex: '3' }] },
    { rows: [{ ...row, sex: 1 }] },
    { rows: [{ ...row, bmi: null }] },
    { rows: [{ ...row, bmi: 'x' }] },
    { rows: [{ ...row, more: 1 }] },
    { rows: [without] },
    { rows: [] },
    { rows: [7] },
    {},
    { rows: good.rows },
    { rows: [{ ...row, age: '44' }] },
  ];
  const verdicts = await Promise.all(
    changes.map(async (body) => (await post(role.ports.inference, target, body)).status === 200),
  );
  expect(changes.map((body) => accepts(body) === undefined)).toEqual(verdicts);
  expect(verdicts.filter(Boolean)).toHaveLength(2);
});

test('columns tell their range, categories, unit and description', () => {
  const { properties, required, additionalProperties } = whole.components.schemas['diabetes_1_Row'];
  expect(properties.age).toMatchObject({
    anyOf: [{ type: 'integer', minimum: 0, maximum: 120 }, { type: 'string' }],
    description: 'In years.',
    'x-unit': 'years',
    'x-sensitivity': 'confidential',
  });
  expect(properties.sex).toMatchObject({ type: 'string', enum: ['1', '2'] });
  expect(properties.bmi).toMatchObject({
    type: 'number',
    minimum: 10,
    maximum: 100,
    description: 'Body mass index',
  });
  expect(required).toEqual(Object.keys(properties));
  expect(additionalProperties).toBe(false);
});

test('errors are those of the table, with their status; replies fit', async () => {
  const { responses } = whole.paths['/v2/models/digits/infer'].post;
  for (const [status, response] of Object.entries(responses as Document)) {
    if (status === '200') continue;
    const codes: RequestErrorCode[] =
      response.content['application/json'].schema.allOf[1].properties.code.enum;
    expect(codes.map((code) => requestErrors[code].http)).toEqual(codes.map(() => Number(status)));
    for (const code of codes) expect(response.description).toContain(requestErrors[code].summary);
  }
  const error = fits(whole, responses['422'].content['application/json'].schema);
  const refused = await post(role.ports.inference, '/v2/models/digits/infer', {
    inputs: [{ name: 'nothing', datatype: 'FP32', shape: [1], data: [1] }],
  });
  expect([refused.status, error(refused.json)]).toEqual([422, undefined]);
});

test('a value that may be left out is optional, may be null and has its default', () => {
  const directory = copyPackage('diabetes/1', {
    'model.yaml': (text) =>
      text
        .replace('{name: bmi,', '{name: bmi, required: false,')
        .replace("categories: ['1', '2']", "categories: ['1', '2'], required: false, default: '1'"),
  });
  const pkg = openModelPackage(directory);
  const { paths, components } = modelDocument(instanceOf(pkg), {
    isLatest: () => true,
    guarded: true,
  }) as Document;
  const { properties, required } = components.schemas['diabetes_1_Row'];
  expect(properties.bmi).toMatchObject({ type: ['number', 'null'], default: null });
  expect(properties.sex).toMatchObject({ type: ['string', 'null'], enum: ['1', '2', null], default: '1' });
  expect(required).toEqual(expect.not.arrayContaining(['bmi', 'sex']));
  expect(Object.keys(components.securitySchemes)).toEqual(['apiKey', 'bearer']);
  expect(paths['/v2/models/diabetes/predict'].post.responses).toHaveProperty('401');
  expect(
    judge({ ...(modelDocument(instanceOf(pkg), { isLatest: () => true, guarded: true }) as Document) }),
  ).toMatchObject({ valid: true });
});

test('a model without predictions has infer alone; large samples are not shown', () => {
  const pkg = openModelPackage(path.join(MODELS, 'digits/1'));
  const { prediction: _, ...manifest } = pkg.manifest;
  const [sample] = pkg.samples;
  const large = { ...sample!, id: 'x'.repeat(100_000) };
  const instance = instanceOf({ ...pkg, manifest, samples: [large, sample!] });
  expect(instance.examples).toEqual([sample]);
  const { paths } = modelDocument(instance, { isLatest: () => false, guarded: false }) as Document;
  expect(Object.keys(paths)).toEqual([
    '/v2/models/digits/versions/1/infer',
    '/v2/models/digits/versions/1',
    '/v2/models/digits/versions/1/ready',
  ]);
  expect(paths['/v2/models/digits/versions/1/infer'].post.responses).not.toHaveProperty('401');
});

function instanceOf(
  pkg: Pick<ReturnType<typeof openModelPackage>, 'manifest' | 'digest' | 'samples'>,
): ModelInstance {
  const executor = { run: () => Promise.reject(new Error('not asked')), close: async () => {} };
  return new ModelInstance(pkg, executor, { loadSeconds: 0, goldenSamples: 0 });
}

/** Equal but for the rounding of another machine. */
function expectClose(got: unknown, want: unknown): void {
  if (typeof want === 'number')
    expect(Math.abs((got as number) - want)).toBeLessThan(1e-3 * (1 + Math.abs(want)));
  else if (typeof want === 'object' && want !== null) {
    expect(Object.keys(got as object)).toEqual(Object.keys(want));
    for (const [name, value] of Object.entries(want)) expectClose((got as Document)[name], value);
  } else expect(got).toEqual(want);
}
