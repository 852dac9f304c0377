import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, LocalBackend, TerraformOutput, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import fc from 'fast-check';
import { jsonDocument, literal } from '../../lib/terraform';
import { testWith } from '../support/test-with';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What Terraform makes of a string without placeholders: escapes undone; anything alive is an error. */
function evaluated(template: string): string {
  return template.replace(/\$\$\{|%%\{|\$\{|%\{/g, (sign) => {
    if (sign.length === 2) throw new Error(`alive: ${template}`);
    return sign.slice(1);
  });
}

// Longest match first, as in the scanner of HCL: `$$${` is a dollar sign and an escape.
const scanned = (template: string): string =>
  template
    .split(/((?:\$+|%+)\{)/)
    .map((part) => (/^[$%]+\{$/.test(part) ? part.slice(0, -3) + evaluated(part.slice(-3)) : part))
    .join('');

test.each([
  ['${file("/etc/passwd")}', '$${file("/etc/passwd")}'],
  ['%{if true}x%{endif}', '%%{if true}x%%{endif}'],
  ['$${x}', '$$${x}'],
  ['costs 5$, 10 % off {x}', 'costs 5$, 10 % off {x}'],
])('%s is written as %s', (text, written) => {
  expect(literal(text)).toBe(written);
});

test('any text comes out as it went in', () => {
  const text = fc.string({ unit: fc.constantFrom('$', '%', '{', '}', 'a', '"', '\\', '\n') });
  fc.assert(fc.property(text, (given) => scanned(literal(given)) === given));
});

test('a document stays the document', () => {
  const value = { name: '${a}', list: ['%{b}', null, 1.5], deep: { quote: '"${c}"' } };
  expect(JSON.parse(scanned(jsonDocument(value)))).toEqual(value);
});

test('placeholders stay alive, whatever stands before them', () => {
  const stack = new TerraformStack(new App({ outdir: directory }), 'Stack');
  const token = new TerraformVariable(stack, 'v', {}).stringValue;
  for (const [text, written] of [
    [`\${x}${token}%{y}`, '$${x}${var.v}%%{y}'],
    [`a$${token}`, 'a${"$"}${var.v}'],
    [`a$$$${token}`, 'a${"$$$"}${var.v}'],
    [`%${token}$`, '%${var.v}$'],
  ] as const) {
    const output = new TerraformOutput(stack, `o${stack.node.children.length}`, { value: literal(text) });
    const { output: outputs } = JSON.parse(Testing.synth(stack)) as {
      output: Record<string, { value: string }>;
    };
    expect(outputs[output.friendlyUniqueId]!.value).toBe(written);
  }
});

const terraform = terraformVersion();

// The scanner above is ours; where Terraform is installed it has the last word.
const withTerraform = testWith('terraform', terraform !== undefined, 'install terraform 1.11 or later');
withTerraform('Terraform itself gives the text back', () => {
  const stack = new TerraformStack(new App({ outdir: directory }), 'Stack');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  const token = new TerraformVariable(stack, 'v', { default: 'VALUE' }).stringValue;
  const texts = [
    '${a}',
    '$${a}',
    '$$${a}',
    '%{if}',
    '%%{if}',
    '%$${a}',
    '$',
    '"\\n\\${a}',
    `$${token}`,
    `$$${token}{`,
  ];
  texts.forEach((text, i) => {
    new TerraformOutput(stack, `o${i}`, { value: literal(text), staticId: true });
  });
  writeFileSync(path.join(directory, 'main.tf.json'), Testing.synth(stack));
  run('init', '-input=false');
  run('apply', '-auto-approve', '-input=false');
  const outputs = JSON.parse(run('output', '-json')) as Record<string, { value: string }>;
  expect(texts.map((_, i) => outputs[`o${i}`]!.value)).toEqual(
    texts.map((text) => text.replace(token, 'VALUE')),
  );
});

function run(...args: string[]): string {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
  return execFileSync('terraform', args, {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function terraformVersion(): string | undefined {
  try {
    return execFileSync('terraform', ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
