import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { inferenceService } from '../../runtime/src/protocols/grpc/messages/inference-file';
import { methodPath } from '../../runtime/src/protocols/grpc/schema/proto-file';
import { GrpcTestClient } from '../grpc/support/grpc-test-client';
import { type GrpcSeed, grpcCase } from './grpc-case';
import type { FuzzResult } from './http-fuzz';
import { Random } from './random';
import { judgeGrpc } from './verdict';

const CONCURRENCY = 16;
const MAX_FAULTS = 20;
/** Methods besides ModelInfer that take a message worth spoiling. */
const OTHERS = ['ModelMetadata', 'ModelReady', 'ModelStatistics', 'RepositoryIndex'] as const;

/** Sends `cases` spoiled messages; every call must end with a declared status. */
export async function fuzzGrpc(
  port: number,
  seeds: readonly GrpcSeed[],
  cases: number,
  seed: number,
): Promise<FuzzResult> {
  const client = new GrpcTestClient(port);
  const statuses = new Map<string, number>();
  const faults: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < cases && faults.length < MAX_FAULTS; i = next++) {
      const { status, fault } = await send(client, seeds, new Random(seed + i));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault !== undefined) faults.push(`gRPC case ${i}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  client.close();
  return { cases, statuses, faults };
}

async function send(client: GrpcTestClient, seeds: readonly GrpcSeed[], random: Random) {
  const name = random.chance(0.9) ? 'ModelInfer' : random.pick(OTHERS);
  const method = inferenceService.methods.find((candidate) => candidate.name === name)!;
  const message = grpcCase(random.pick(seeds), random);
  try {
    await client.bytes(methodPath(inferenceService, method), message, { deadlineMs: 20_000 });
    return { status: 'OK', fault: undefined };
  } catch (error) {
    const { code, details, metadata } = error as ServiceError;
    const status = grpcStatus[code]!;
    return { status, fault: judgeGrpc(status, details, metadata.get('inferstack-code')[0]?.toString()) };
  }
}
