import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { requestErrors } from '../../runtime/src/errors';
import { catalogues, errorPage } from '../../scripts/docs/error-page';

const ROOT = path.resolve(__dirname, '..', '..');

const sources = ['lib', 'runtime/src'].flatMap((folder) =>
  (readdirSync(path.join(ROOT, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(ROOT, folder, file), 'utf8')),
);
const tables = Object.values(catalogues);
const codes = [...tables.flatMap((table) => Object.keys(table)), ...Object.keys(requestErrors)];

test('the page of errors is what the tables say', () => {
  expect(readFileSync(path.join(ROOT, 'docs', 'errors.md'), 'utf8')).toBe(errorPage());
});

test('no code stands for two causes', () => {
  expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
});

test('every code in a table is raised somewhere', () => {
  const raised = (code: string) => sources.some((text) => new RegExp(`['"\`]${code}['"\`]`).test(text));
  expect(codes.filter((code) => !raised(code))).toEqual([]);
});

test('every code that is raised is in a table', () => {
  const raised = sources.flatMap((text) =>
    [...text.matchAll(/\bcode: '([A-Z][A-Z0-9_]+)'/g)].map((m) => m[1]!),
  );
  expect(raised.length).toBeGreaterThan(20);
  expect([...new Set(raised)].filter((code) => !codes.includes(code))).toEqual([]);
});

test('every folder that declares a table is on the page', () => {
  const declared = sources.flatMap((text) => [...text.matchAll(/^\} as const satisfies ProblemCatalogue/gm)]);
  expect(declared.length).toBe(tables.length);
});
