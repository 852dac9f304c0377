import type { ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { RequestReporter } from '../../telemetry';
import type { InferCalls } from './calls/infer-calls';
import { InferStream } from './calls/infer-stream';
import { MetadataCalls } from './calls/metadata-calls';
import { RepositoryCalls } from './calls/repository-calls';
import { StatisticsCalls } from './calls/statistics-calls';
import type { OnReply } from './grpc-exchange';
import type { GrpcServerParts } from './grpc-server-parts';
import { encodeInferResponse } from './infer/encode-infer-response';
import * as repository from './messages/repository-messages';
import * as server from './messages/server-messages';
import { ModelStatisticsRequest, ModelStatisticsResponse } from './messages/statistics-messages';
import { logRequest } from './request-log';
import type { AnyMessage, MessageValue } from './schema/message';
import { decodePredictRequest, encodePredictResponse } from './tensorflow/predict';
import { simple, unary } from './unary';

/** Streams to be told when the server stops. */
export type OpenStreams = Set<InferStream>;

/** What answers each method of inference.GRPCInferenceService. */
export function inferenceImplementation(
  parts: GrpcServerParts,
  infer: InferCalls,
  streams: OpenStreams,
): UntypedServiceImplementation {
  const reporter = parts.reporter ?? new RequestReporter(parts);
  const onReply: OnReply = (exchange, status, error) => logRequest(reporter, exchange, status, error);
  return {
    ...metadataImplementation(new MetadataCalls(parts), new StatisticsCalls(parts), onReply),
    ...repositoryImplementation(new RepositoryCalls(parts.repository), onReply),
    ModelInfer: unary('grpc_infer', onReply, (bytes, exchange) => {
      infer.handle(bytes, exchange, encodeInferResponse);
    }),
    ModelStreamInfer: (call: ServerDuplexStream<Buffer, Buffer>) => {
      const stream = new InferStream(call, infer, onReply);
      streams.add(stream);
      stream.run(() => streams.delete(stream));
    },
  };
}

/** What answers Predict of tensorflow.serving.PredictionService. */
export function predictionImplementation(
  parts: GrpcServerParts,
  infer: InferCalls,
): UntypedServiceImplementation {
  const reporter = parts.reporter ?? new RequestReporter(parts);
  const onReply: OnReply = (exchange, status, error) => logRequest(reporter, exchange, status, error);
  return {
    Predict: unary('grpc_tensorflow_predict', onReply, (bytes, exchange) => {
      infer.handle(bytes, exchange, encodePredictResponse, decodePredictRequest);
    }),
  };
}

function metadataImplementation(
  calls: MetadataCalls,
  statistics: StatisticsCalls,
  onReply: OnReply,
): UntypedServiceImplementation {
  const answer = <Q extends AnyMessage, S extends AnyMessage>(
    route: string,
    request: Q,
    response: S,
    handle: (value: MessageValue<Q>) => Partial<MessageValue<S>>,
  ) => simple(`grpc_${route}`, { request, response }, onReply, handle);
  return {
    ServerLive: answer('live', server.ServerLiveRequest, server.ServerLiveResponse, () => calls.live()),
    ServerReady: answer('ready', server.ServerReadyRequest, server.ServerReadyResponse, () => calls.ready()),
    ModelReady: answer('model_ready', server.ModelReadyRequest, server.ModelReadyResponse, (value) =>
      calls.modelReady(value),
    ),
    ServerMetadata: answer(
      'server_metadata',
      server.ServerMetadataRequest,
      server.ServerMetadataResponse,
      () => calls.serverMetadata(),
    ),
    ModelMetadata: answer('metadata', server.ModelMetadataRequest, server.ModelMetadataResponse, (value) =>
      calls.modelMetadata(value),
    ),
    ModelStatistics: answer('statistics', ModelStatisticsRequest, ModelStatisticsResponse, (value) =>
      statistics.statistics(value),
    ),
    RepositoryIndex: answer(
      'repository_index',
      repository.RepositoryIndexRequest,
      repository.RepositoryIndexResponse,
      (value) => calls.repositoryIndex(value),
    ),
  };
}

function repositoryImplementation(calls: RepositoryCalls, onReply: OnReply): UntypedServiceImplementation {
  return {
    RepositoryModelLoad: simple(
      'grpc_repository_load',
      {
        request: repository.RepositoryModelLoadRequest,
        response: repository.RepositoryModelLoadResponse,
      },
      onReply,
      (value) => calls.load(value),
    ),
    RepositoryModelUnload: simple(
      'grpc_repository_unload',
      {
        request: repository.RepositoryModelUnloadRequest,
        response: repository.RepositoryModelUnloadResponse,
      },
      onReply,
      (value) => calls.unload(value),
    ),
  };
}
