/**
 * Time the formats of adapters take for each row, without the model: reading a body of 1000 rows of 10 columns and
 * writing 1000 predictions. `npx tsx test/adapters/overhead.ts`
 */
import type { AdapterConfig } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { writeRecord } from '../../runtime/src/adapters/fixed-width/fixed-record';
import { bodyWriter, requestReader } from '../../runtime/src/adapters/formats';
import { Mapping } from '../../runtime/src/adapters/mapping';
import { asRows, readTexts } from '../../runtime/src/adapters/rows';
import { ModelInstance } from '../../runtime/src/inference';
import { sampleRow } from '../runtime/support/packages';
import { exampleModel } from '../support/endpoint';
import { csvBody, csvRequest, numberColumn, soapRequest, textColumn, xmlRequest } from './support/adapters';

const ROWS = 1000;
const ROUNDS = 15;
const rows = Array.from({ length: ROWS }, (_, i) => sampleRow('diabetes/1', i % 4));
const names = Object.keys(rows[0]!);
const predictions = rows.map((_, i) => ({ value: 100 + i / 7 }));
const instance = new ModelInstance(openModelPackage(exampleModel('diabetes', '1')), undefined as never, {
  loadSeconds: 0,
  goldenSamples: 0,
});
const fixed = {
  format: 'fixed-width' as const,
  recordLength: 12 * names.length,
  separator: '\n' as const,
  encoding: 'utf-8' as const,
  columns: names.map((name, i) => {
    const place = { name, start: 12 * i + 1, length: 12 };
    return name === 'sex' ? textColumn(place) : numberColumn({ ...place, decimals: 6, sign: 'trailing' });
  }),
};
const written = { ...fixed, recordLength: 12, columns: [numberColumn({ length: 12, decimals: 6 })] };
const elements = (tag: string) =>
  rows
    .map((row) => `<${tag}>${names.map((name) => `<${name}>${row[name]}</${name}>`).join('')}</${tag}>`)
    .join('');

type Case = readonly [AdapterConfig['request'], AdapterConfig['response']['body'], string];

const CASES: readonly Case[] = [
  [{ format: 'json', map: null }, { format: 'json' }, JSON.stringify(rows)],
  [
    { format: 'json', map: `$.{${names.map((n) => `"${n}": ${n}`)}}` },
    { format: 'json' },
    JSON.stringify(rows),
  ],
  [
    csvRequest(),
    csvBody(),
    [names, ...rows.map((row) => names.map((name) => row[name]))].map((cells) => cells.join()).join('\n'),
  ],
  [{ ...fixed, map: null }, written, rows.map((row) => writeRecord(row, fixed)).join('\n')],
  [
    xmlRequest(),
    { format: 'xml', root: 'Predictions', row: 'Prediction', namespace: null },
    `<Batch>${elements('Patient')}</Batch>`,
  ],
  [
    soapRequest(),
    { format: 'soap', operation: 'ScoreResponse', row: 'prediction' },
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><Score xmlns="urn:example:scoring">${elements('patient')}</Score></e:Body></e:Envelope>`,
  ],
];

async function main(): Promise<void> {
  for (const [request, body, text] of CASES) {
    const reader = requestReader(request);
    const writer = bodyWriter(body, request);
    const map = request.map === null ? undefined : new Mapping(request.map, 'map', 10_000);
    const bytes = Buffer.from(text);
    const times: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const parsed = reader.read({ bytes, headers: {}, instance });
      const mapped = map
        ? await map.evaluate(parsed.body, (message) => new Error(message) as never)
        : parsed.body;
      const read = asRows(parsed.rows ?? mapped);
      if (parsed.texts) readTexts(read, instance, '.');
      const middle = performance.now();
      writer.write(predictions, parsed);
      times.push([middle - start, performance.now() - middle]);
    }
    const median = (index: number) => times.map((time) => time[index]!).sort((a, b) => a - b)[ROUNDS >> 1]!;
    const [reading, writing] = [median(0), median(1)].map((ms) => ((ms * 1000) / ROWS).toFixed(2));
    console.log(`${request.format}${map ? ' mapped' : ''}: ${reading} us a row read, ${writing} us written`);
  }
}

void main();
