import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RequestError, requestErrors, runtimeProblems } from '@inferstack/runtime/errors';
import { inferenceProblems, inputProblems } from '@inferstack/runtime/inference';

const SOURCES = path.resolve(__dirname, '../../runtime/src');

const code = (readdirSync(SOURCES, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(SOURCES, file), 'utf8'))
  .join('\n');

// The tables themselves name their codes without quotes.
const raised = (name: string) => code.includes(`'${name}'`);

test.each([
  ['requestErrors', Object.keys(requestErrors)],
  ['runtimeProblems', Object.keys(runtimeProblems)],
  ['inputProblems', Object.keys(inputProblems)],
  ['inferenceProblems', Object.keys(inferenceProblems)],
])('every code of %s is raised somewhere', (_, codes) => {
  expect(codes.filter((name) => !raised(name))).toEqual([]);
});

test('no code means two things', () => {
  const all = [requestErrors, runtimeProblems, inputProblems, inferenceProblems].flatMap(Object.keys);
  expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
});

test('HTTP and gRPC agree on who is to blame', () => {
  const theirs = new Set([
    'INVALID_ARGUMENT',
    'NOT_FOUND',
    'UNIMPLEMENTED',
    'RESOURCE_EXHAUSTED',
    'FAILED_PRECONDITION',
    'CANCELLED',
    'UNAUTHENTICATED',
    'DEADLINE_EXCEEDED',
  ]);
  for (const { http, grpc, summary } of Object.values(requestErrors)) {
    expect(summary).toMatch(/\.$/);
    if (http < 500) expect(theirs).toContain(grpc);
    else expect(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']).toContain(grpc);
  }
});

test('an error knows its status in both protocols', () => {
  const error = new RequestError('MODEL_NOT_FOUND', 'No model.');
  expect([error.http, error.grpc, error.message]).toEqual([404, 'NOT_FOUND', 'No model.']);
});
