/** The bytes are not the message they should be. Turned into a request error by the caller, who knows the call. */
export class WireError extends Error {}

/** Wire types that carry data; 3 and 4 bracket the groups of proto2. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;
