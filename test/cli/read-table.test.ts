import fs from 'node:fs';
import path from 'node:path';
import { readTable } from '../../lib/cli/import/read-table';
import { MODELS } from '../runtime/support/packages';
import { problemsOfAsync, removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';

const FIXTURES = path.join(__dirname, 'fixtures');
const CSV = path.join(MODELS, 'diabetes-fields/held-out.csv');

afterAll(removeTemporaryDirectories);

/** Numbers as numbers: 1 and 1.0 are written differently, and are the same. */
const values = ({ rows }: Awaited<ReturnType<typeof readTable>>) =>
  rows.map(({ cells }) =>
    cells.map((cell) => (cell === '' || Number.isNaN(Number(cell)) ? cell : Number(cell))),
  );

test.each(['snappy.parquet', 'zstd.parquet'])(
  '%s, written by pyarrow, reads as the CSV it was made of',
  async (name) => {
    const csv = await readTable(CSV);
    const parquet = await readTable(path.join(FIXTURES, name));
    expect(parquet.columns).toEqual(csv.columns);
    expect(parquet.rows).toHaveLength(111);
    expect(values(parquet)).toEqual(values(csv));
  },
);

test('what is no Parquet, is not there, or is nested is refused', async () => {
  const broken = path.join(temporaryDirectory(), 'broken.parquet');
  fs.writeFileSync(broken, 'PAR1 and nothing else');
  for (const file of [broken, path.join(temporaryDirectory(), 'missing.parquet')]) {
    expect(await problemsOfAsync(() => readTable(file))).toMatchObject([
      { code: 'IMPORT_ROWS', at: file, what: 'the file cannot be read as Parquet' },
    ]);
  }
  const nested = path.join(FIXTURES, 'nested.parquet');
  expect(await problemsOfAsync(() => readTable(nested))).toMatchObject([
    { code: 'IMPORT_ROWS', at: `${nested}: row 1, list`, what: 'the column is nested', got: 'a list' },
  ]);
});
