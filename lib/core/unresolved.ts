/** Strings of aws-cdk-lib, and of cdktf. */
const STRING_TOKEN = /\$\{(Tf)?Token\[/;

/**
 * Whether a value is a placeholder that a tool fills in at deployment (a token of aws-cdk-lib or cdktf).
 * Checks skip such values: they cannot be known yet. Encodings: strings hold `${Token[...]}` or `${TfToken[...]}`,
 * numbers are near -1.9e289, and objects carry `resolve`.
 */
export function isUnresolved(value: unknown): boolean {
  if (typeof value === 'string') return STRING_TOKEN.test(value);
  if (typeof value === 'number') return value < -1e288;
  return typeof value === 'object' && value !== null && 'resolve' in value;
}
