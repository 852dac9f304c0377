/** What the runtime tells the process that started it. */
export type RuntimeMessage =
  | { readonly type: 'listening'; readonly inference: Address; readonly management: Address }
  | { readonly type: 'ready' };

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Undefined for anything else a process may send. */
export function readRuntimeMessage(value: unknown): RuntimeMessage | undefined {
  if (!isObject(value)) return undefined;
  if (value['type'] === 'ready') return { type: 'ready' };
  const { type, inference, management } = value;
  if (type !== 'listening' || !isAddress(inference) || !isAddress(management)) return undefined;
  return { type, inference, management };
}

export const originOf = ({ host, port }: Address): string => `http://${host}:${port}`;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isAddress(value: unknown): value is Address {
  return isObject(value) && typeof value['host'] === 'string' && typeof value['port'] === 'number';
}
