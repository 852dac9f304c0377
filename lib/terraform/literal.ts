/** A placeholder of cdktf inside a string; the only part of one that Terraform may evaluate. */
const PLACEHOLDER = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * Text that reaches the resource as it is: what looks like a template of Terraform (`${...}`, `%{...}`) is escaped,
 * placeholders of cdktf stay. cdktf itself leaves both alive, so that a model's name could call functions.
 *
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function literal(text: string): string {
  const parts = text.split(PLACEHOLDER);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      return index === last ? escaped(part) : beforePlaceholder(escaped(part));
    })
    .join('');
}

// By function: in a replacement text `$$` would mean one dollar sign.
const escaped = (text: string): string => text.replace(/[$%](?=\{)/g, (sign) => sign + sign);

/** Dollar signs right before a placeholder would escape it: they become an expression of their own. */
const beforePlaceholder = (text: string): string => text.replace(/\$+$/, (signs) => `\${"${signs}"}`);
