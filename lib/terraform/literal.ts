/** A placeholder of cdktf inside a string; the only part of one that Terraform may evaluate. */
const PLACEHOLDER = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * Text that reaches the resource as it is: what looks like a template of Terraform (`${...}`, `%{...}`) is escaped,
 * placeholders of cdktf stay. cdktf itself leaves both alive, so that a model's name could call functions.
 *
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function literal(text: string): string {
  return text
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('${', '$${').replaceAll('%{', '%%{')))
    .join('');
}
