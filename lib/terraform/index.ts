export {
  Annotations,
  Fn,
  type ITerraformDependable,
  TerraformOutput,
  type TerraformProvider,
  TerraformResource,
  TerraformStack,
  Token,
} from 'cdktf';
export { argumentHash } from './argument-hash';
export { jsonDocument } from './json-document';
export { literal } from './literal';
export { literalValue } from './literal-value';
export { modelArchive } from './model-archive';
export { type TerraformProblemCode, terraformProblems } from './problems';
export { requireDurableState } from './require-durable-state';
export { requireProvider } from './require-provider';
export { requireStack } from './require-stack';
export { resolvedText } from './resolved-text';
export { stackScript } from './stack-script';
