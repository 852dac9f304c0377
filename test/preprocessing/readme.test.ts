import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import {
  problemsOf,
  removeTemporaryDirectories,
  sampleLines,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const readme = readFileSync(path.resolve(__dirname, '../../runtime/src/preprocessing/README.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)![1]!;

test('the manifest and the sample of the page fit together; only the graph of this test is another', () => {
  const head = 'apiVersion: inferstack.dev/v1\nkind: Model\nname: page\nversion: "1"\n';
  const card = 'card: {owner: tests, intendedUse: Shows a page., trainingData: none}\n';
  const directory = writePackage({
    'model.yaml': head + block('yaml') + card,
    'samples.jsonl': sampleLines([JSON.parse(block('json'))]),
    'baseline.json': undefined,
  });
  const problems = problemsOf(() => openModelPackage(directory));
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['SIGNATURE_MISMATCH']));
});
