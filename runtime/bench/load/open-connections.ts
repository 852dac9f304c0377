import { type Connection, type OnReply, openConnection } from './connection';
import { openGrpcConnections } from './grpc-connection';
import type { Target } from './target';

/** As many connections as requests may be under way, whatever the transport makes of them. */
export function openConnections(target: Target, count: number, onReply: OnReply): Promise<Connection[]> {
  if (target.transport === 'grpc') return openGrpcConnections(target, count, onReply);
  return Promise.all(Array.from({ length: count }, () => openConnection(target, onReply)));
}
