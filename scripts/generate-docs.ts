/** Writes the pages of docs/ that come from the code. `npm run docs`; tests fail when one is stale. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { batchPage } from '../test/conformance/batch/batch-page';
import { batchTargets } from '../test/conformance/batch/batch-targets';
import { matrixPage } from '../test/conformance/matrix-page';
import { targets } from '../test/conformance/targets';
import { errorPage } from './docs/error-page';

process.env['CDK_VALIDATION'] ??= 'false';
const write = (page: string, text: string) =>
  writeFileSync(path.resolve(__dirname, '..', 'docs', page), text);

write('errors.md', errorPage());
write('support-matrix.md', matrixPage(targets));
write('batch-support-matrix.md', batchPage(batchTargets));
