import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance, type Json } from '@duckdb/node-api';

/** Of the variations: the same seed, the same file. */
const SEED = 20_250_101;
/** One row in so many has a radius below nothing. */
const SPOILED_EVERY = 1000;

export interface BatchData {
  readonly rows: number;
  /** Of these, rows that no model should be asked about. */
  readonly spoiled: number;
}

/**
 * Fills a folder with files to score: the held-out rows as they are, and `varied` rows made of them, each varied by up to a
 * tenth, as Parquet.
 */
export async function writeBatchData(
  heldOut: string,
  folder: string,
  heldOutRows: number,
  varied: number,
): Promise<BatchData> {
  copyFileSync(heldOut, path.join(folder, 'held-out.csv'));
  await query(`COPY (
    WITH h AS (SELECT row_number() OVER () - 1 AS h, (COLUMNS(* EXCLUDE label))::FLOAT FROM '${heldOut}'),
    r AS (
      SELECT i, i % ${heldOutRows} AS h, (0.9e0 + (hash(i, ${SEED}) % 1000000) / 5e6)::FLOAT AS factor
      FROM range(${varied}) t(i)),
    v AS (SELECT i, COLUMNS(* EXCLUDE (i, h, factor)) * factor FROM r JOIN h USING (h))
    SELECT * EXCLUDE (i) REPLACE (if(i % ${SPOILED_EVERY} = 0, -1, "mean radius")::FLOAT AS "mean radius") FROM v
  ) TO '${path.join(folder, 'varied.parquet')}'`);
  return { rows: heldOutRows + varied, spoiled: Math.ceil(varied / SPOILED_EVERY) };
}

/** Asks the engine that the batch role reads and writes files with. */
export async function query(sql: string): Promise<Record<string, Json>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
