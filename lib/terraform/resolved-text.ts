import { DefaultTokenResolver, StringConcat, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/**
 * The text as it will stand in the stack, placeholders turned into references: `${google_service_account.x.member}`.
 * Unlike the placeholder itself it is the same in every synthesis, so that ids can be made from it.
 */
export function resolvedText(scope: IConstruct, text: string): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(text, { scope, resolver, preparing: false }));
}
