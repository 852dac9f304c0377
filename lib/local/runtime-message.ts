/** What the runtime tells the process that started it; the numbers are the ports it listens on. */
export type RuntimeMessage =
  | {
      readonly type: 'listening';
      readonly inference: number;
      /** null: no gRPC. */
      readonly grpc: number | null;
      readonly management: number;
    }
  | { readonly type: 'ready' };

/** Undefined for anything else a process may send. */
export function readRuntimeMessage(value: unknown): RuntimeMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, inference, grpc, management } = value as Record<string, unknown>;
  if (type === 'ready') return { type };
  if (type !== 'listening' || typeof inference !== 'number' || typeof management !== 'number')
    return undefined;
  return { type, inference, grpc: typeof grpc === 'number' ? grpc : null, management };
}
