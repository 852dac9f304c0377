import { existsSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const SOURCE = path.join(__dirname, '..', '..', '..', 'examples', 'models', 'breast-cancer', 'held-out.csv');

/** Rows with an id and the 30 columns of the breast cancer models, varied by a tenth so that no two are alike. */
export async function batchData(
  folder: string,
  rows: number,
): Promise<{ readonly parquet: string; readonly csv: string }> {
  const files = {
    parquet: path.join(folder, `rows-${rows}.parquet`),
    csv: path.join(folder, `rows-${rows}.csv`),
  };
  if (existsSync(files.csv)) return files;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE h AS SELECT row_number() OVER () - 1 AS h, * EXCLUDE (label) FROM '${SOURCE}'`,
  );
  const described = await connection.runAndReadAll('DESCRIBE h');
  const columns = described
    .getRows()
    .map(([name]) => `"${name}"`)
    .slice(1);
  const varied = columns.map(
    (name) => `(${name} * (0.9 + 0.2 * ((i * 7919) % 1000) / 1000.0))::FLOAT AS ${name}`,
  );
  await connection.run(
    `CREATE TABLE d AS SELECT i AS id, ${varied.join(', ')} FROM range(${rows}) t(i) JOIN h ON h.h = i % (SELECT count(*) FROM h) ORDER BY i`,
  );
  await connection.run(`COPY d TO '${files.parquet}'`);
  await connection.run(`COPY d TO '${files.csv}' (HEADER)`);
  connection.closeSync();
  instance.closeSync();
  return files;
}
