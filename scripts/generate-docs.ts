/** Writes docs/errors.md from the tables in the code. `npm run docs`; a test fails when the page is stale. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorPage } from './docs/error-page';

writeFileSync(path.resolve(__dirname, '..', 'docs', 'errors.md'), errorPage());
