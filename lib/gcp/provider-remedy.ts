/** How a stack gets the provider of Google Cloud. */
export const PROVIDER =
  "Add it to the stack: `new GoogleProvider(stack, 'Google', { project, region })` of " +
  "'@cdktf/provider-google/lib/provider'.";
