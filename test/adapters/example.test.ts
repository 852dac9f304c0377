import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../runtime/src/serve';
import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { temporaryFolder } from '../support/temporary-folder';
import { send } from './support/rows';

const ROOT = path.resolve(__dirname, '../..');
const LTG = 4.6052;
const FULL = { age: 59, sex: '2', bmi: 32.1, bp: 101, s1: 157, s2: 93.2, s3: 38, s4: 4, s5: LTG, s6: 87 };
/** Blood values that were not measured. */
const { s4: _, s6: __, ...PART } = { ...FULL, age: 23, sex: '1' };

let role: ServeRole;
let values: readonly number[];

/** The configuration that the example would deploy, served here. */
beforeAll(async () => {
  const directory = temporaryFolder();
  await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/legacy-adapter/main.ts'],
    { cwd: ROOT, env: { ...process.env, INFERSTACK_COMPOSE_OUTDIR: directory } },
  );
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const file = files.find((name) => /progression-[0-9a-f]{8}\.json$/.test(name))!;
  const { adapters } = JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as RuntimeConfig;
  role = await serve(testConfig(['diabetes-fields/1'], { adapters }));
  const { json } = await post(role.ports.inference, '/v2/models/diabetes-fields/predict', {
    rows: [FULL, PART],
  });
  values = json.predictions.map(({ value }: { value: number }) => value);
}, 60_000);
afterAll(() => role?.stop());

test('records of the copybook, with a blank for what was not measured', async () => {
  const records = [
    'A0000017' + '059' + '2' + '0321' + '10100' + '0157' + '00932' + '0380' + '0400' + '046052' + '087',
    'B0000018' + '023' + '1' + '0321' + '10100' + '0157' + '00932' + '0380' + '    ' + '046052' + '   ',
  ];
  const { status, text } = await send(role, '/legacy/extract', `${records.join('\n')}\n`);
  expect(status).toBe(200);
  const answered = values.map((value) => (value * 10).toFixed(0).padStart(5, '0'));
  expect(text).toBe(`A0000017${answered[0]}\nB0000018${answered[1]}\n`);
});

test('one record is answered as one', async () => {
  const record =
    'A0000017' + '059' + '2' + '0321' + '10100' + '0157' + '00932' + '0380' + '0400' + '046052' + '087';
  const { text } = await send(role, '/legacy/extract', `${record}\n`);
  expect(text).toBe(`A0000017${(values[0]! * 10).toFixed(0).padStart(5, '0')}\n`);
});

test('a record that is cut off is told in the words of the caller', async () => {
  const { status, text } = await send(role, '/legacy/extract', 'A0000017059\n');
  expect(status).toBe(400);
  expect(text).toMatch(/^E REQUEST_INVALID at line 1: .*records of 47 characters/);
});

test('messages of the bus: observations in a list, answers with the ids of the question', async () => {
  const results = ({ age: _age, sex: _sex, ...measured }: Partial<typeof FULL>) =>
    Object.entries(measured).map(([field, value]) => ({ code: CODES[field], value }));
  const patients = [
    { id: 'A17', age: FULL.age, sexCode: FULL.sex, results: results(FULL) },
    { id: 'B18', age: PART.age, sexCode: PART.sex, results: results(PART) },
  ];
  const reply = await post(role.ports.inference, '/legacy/bus', { message: { id: 'M-1', patients } });
  expect(reply.status).toBe(200);
  const progression = (value: number) => Math.round(value * 10) / 10;
  expect(reply.json).toEqual({
    message: {
      inReplyTo: 'M-1',
      model: 'diabetes-fields/1',
      patients: [
        { id: 'A17', progression: progression(values[0]!) },
        { id: 'B18', progression: progression(values[1]!) },
      ],
    },
  });
});

test('a message with a sex the model does not know is refused with the names of the bus', async () => {
  const patients = [{ id: 'A17', age: 59, sexCode: 'X', results: [] }];
  const { status, json } = await post(role.ports.inference, '/legacy/bus', { message: { patients } });
  expect(status).toBe(400);
  expect(Object.keys(json).sort()).toEqual(['fault', 'faultCode', 'trace']);
});

test('SOAP: an envelope in, an envelope out, and a WSDL that says so', async () => {
  const fields = Object.entries(FULL).map(([name, value]) => `<${name}>${value}</${name}>`);
  const envelope =
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
    '<PredictProgression xmlns="urn:clinic:progression">' +
    `<patient>${fields.join('')}</patient></PredictProgression></soap:Body></soap:Envelope>`;
  const { status, text } = await send(role, '/legacy/soap', envelope, 'text/xml');
  expect(status).toBe(200);
  const [, value] = /<(?:\w+:)?value>([^<]+)</.exec(text)!;
  expect(Number(value)).toBe(values[0]);
  const wsdl = await get(role.ports.inference, '/legacy/soap?wsdl');
  expect(wsdl.text).toContain('PredictProgression');
});

const CODES: Readonly<Record<string, string>> = {
  ...{ bmi: 'BMI', bp: 'MAP', s1: 'TC', s2: 'LDL', s3: 'HDL', s4: 'TC/HDL', s5: 'LTG', s6: 'GLU' },
};
