import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prediction } from '../../runtime/src/inference/prediction';
import { post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { MODELS, testConfig } from '../runtime/support/packages';
import { batchConfig, query, removeFolders, results, score, temporaryFolder } from './support/batch-runs';

afterAll(removeFolders);

type Row = Record<string, string | number | null>;

/** Rows of the data held out from an example, with an id; `text` names columns that are no numbers. */
function heldOut(model: string, text: readonly string[] = []): Row[] {
  const [head, ...lines] = readFileSync(path.join(MODELS, model, 'held-out.csv'), 'utf8')
    .trim()
    .split('\n');
  const names = head!.split(',');
  return lines.map((line, id) => {
    const cells = line.split(',');
    const values = names.map((name, i): [string, string | number] => [
      name,
      text.includes(name) || name === 'label' ? cells[i]! : Number(cells[i]),
    ]);
    return { id: `row ${id}`, ...Object.fromEntries(values) };
  });
}

/** The same rows in all formats; values that are missing are left out or null. */
async function written(rows: readonly Row[], folder: string): Promise<Record<string, string>> {
  const ndjson = path.join(folder, 'rows.ndjson');
  writeFileSync(ndjson, rows.map((row) => JSON.stringify(row)).join('\n'));
  const at = (name: string): string => path.join(folder, name);
  const names = Object.keys(rows[0]!);
  const types = names.map(
    (name) => `'${name}': '${typeof rows[0]![name] === 'number' ? 'DOUBLE' : 'VARCHAR'}'`,
  );
  const source = `read_json('${ndjson}', columns = {${types.join(', ')}}, format = 'newline_delimited')`;
  await query(
    `COPY (SELECT * FROM ${source}) TO '${at('rows.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  await query(`COPY (SELECT * FROM ${source}) TO '${at('rows.csv.gz')}' (HEADER, COMPRESSION gzip)`);
  await query(`COPY (SELECT * FROM ${source}) TO '${at('rows.tsv')}' (HEADER, DELIMITER '\t')`);
  await query(`COPY (SELECT * FROM ${source}) TO '${at('rows.jsonl.zst')}' (FORMAT json, COMPRESSION zstd)`);
  return {
    ndjson,
    parquet: at('rows.parquet'),
    csv: at('rows.csv.gz'),
    tsv: at('rows.tsv'),
    zstd: at('rows.jsonl.zst'),
  };
}

async function online(model: string, rows: readonly Row[], fields: readonly string[]): Promise<Prediction[]> {
  const role = await serve(testConfig([model]));
  try {
    const body = { rows: rows.map((row) => Object.fromEntries(fields.map((name) => [name, row[name]]))) };
    const route = `/v2/models/${model.split('/')[0]}/predict`;
    const answer = await post(role.ports.inference, route, JSON.stringify(body));
    expect(answer.status).toBe(200);
    return (JSON.parse(answer.text) as { predictions: Prediction[] }).predictions;
  } finally {
    await role.stop();
  }
}

test.each(['breast-cancer/2', 'breast-cancer/1'])(
  '%s: every format gives the very predictions that requests get, bit for bit',
  async (model) => {
    const rows = heldOut('breast-cancer');
    const fields = Object.keys(rows[0]!).filter((name) => name !== 'id' && name !== 'label');
    const expected = (await online(model, rows, fields)) as Extract<Prediction, { decision: string }>[];
    const folder = temporaryFolder();
    for (const [format, file] of Object.entries(await written(rows, folder))) {
      const out = path.join(folder, format);
      const passthrough = ['label', 'id'];
      expect(await score(batchConfig(model, [file], out, { input: { passthrough } }))).toEqual({
        code: 0,
        problems: [],
      });
      const found = await results(out);
      expect(found).toHaveLength(rows.length);
      for (const [i, row] of found.entries()) {
        const { label, score: value, scores, decision } = expected[i]! as Required<(typeof expected)[number]>;
        expect(row).toMatchObject({
          ...{ source_row: String(i), id: `row ${i}`, label: rows[i]!['label'] },
          ...{ prediction_label: label, prediction_score: value, prediction_decision: decision },
          score_malignant: scores['malignant'],
          score_benign: scores['benign'],
          prediction_flags: null,
        });
      }
      expect(new Set(found.map((row) => row['prediction_id'])).size).toBe(rows.length);
    }
  },
  60_000,
);

test('preprocessing, texts and missing values: the same as requests', async () => {
  const rows = heldOut('diabetes-fields', ['sex']).map((row, i) =>
    i % 3 === 0 ? { ...row, s1: null, s6: null } : row,
  );
  // The first row decides on types; it has all values.
  rows.unshift(...rows.splice(1, 1));
  const fields = Object.keys(rows[0]!).filter((name) => name !== 'id' && name !== 'label');
  const expected = (await online('diabetes-fields/1', rows, fields)) as { value: number }[];
  const folder = temporaryFolder();
  for (const [format, file] of Object.entries(await written(rows, folder))) {
    const out = path.join(folder, format);
    expect((await score(batchConfig('diabetes-fields/1', [file], out))).code).toBe(0);
    expect((await results(out)).map((row) => row['prediction_value'])).toEqual(
      expected.map(({ value }) => value),
    );
  }
}, 60_000);
