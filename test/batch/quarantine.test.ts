import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Block } from '../../runtime/src/batch/files/block';
import type { ModelField } from '../../runtime/src/batch/model-fields';
import { QuarantineWriter } from '../../runtime/src/batch/quarantine';
import { temporaryFolder } from '../support/temporary-folder';

test('what is confidential is not put aside, also where its column is passed through', async () => {
  const field = (name: string, column: string, shown: boolean): ModelField => ({
    ...{ name, column, shown },
    ...{ kind: 'number', required: true },
  });
  const file = path.join(temporaryFolder(), 'aside.ndjson');
  const fields = [field('income', 'euros', false), field('age', 'age', true)];
  const writer = new QuarantineWriter(file, 'rows.csv', fields, ['id', 'euros']);
  const block = {
    firstRow: 0,
    rows: 1,
    columns: new Map([
      ['income', [77]],
      ['age', [-1]],
    ]),
    passthrough: () => [['row 7'], ['77']],
  } as unknown as Block;
  await writer.add(block, [{ row: 0, problems: [] }]);
  await writer.close();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ values: { id: 'row 7', age: -1 } });
  expect(readFileSync(file, 'utf8')).not.toContain('77');
});
