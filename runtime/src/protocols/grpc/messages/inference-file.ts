import type { ProtoFile, Service } from '../schema/proto-file';
import * as infer from './infer-messages';
import * as repository from './repository-messages';
import * as server from './server-messages';
import * as statistics from './statistics-messages';

/** The Open Inference Protocol, with the stream, statistics and repository calls its clients know from Triton. */
export const inferenceService = {
  fullName: 'inference.GRPCInferenceService',
  methods: [
    { name: 'ServerLive', request: server.ServerLiveRequest, response: server.ServerLiveResponse },
    { name: 'ServerReady', request: server.ServerReadyRequest, response: server.ServerReadyResponse },
    { name: 'ModelReady', request: server.ModelReadyRequest, response: server.ModelReadyResponse },
    {
      name: 'ServerMetadata',
      request: server.ServerMetadataRequest,
      response: server.ServerMetadataResponse,
    },
    { name: 'ModelMetadata', request: server.ModelMetadataRequest, response: server.ModelMetadataResponse },
    { name: 'ModelInfer', request: infer.ModelInferRequest, response: infer.ModelInferResponse },
    {
      name: 'ModelStreamInfer',
      request: infer.ModelInferRequest,
      response: infer.ModelStreamInferResponse,
      requestStream: true,
      responseStream: true,
    },
    {
      name: 'ModelStatistics',
      request: statistics.ModelStatisticsRequest,
      response: statistics.ModelStatisticsResponse,
    },
    {
      name: 'RepositoryIndex',
      request: repository.RepositoryIndexRequest,
      response: repository.RepositoryIndexResponse,
    },
    {
      name: 'RepositoryModelLoad',
      request: repository.RepositoryModelLoadRequest,
      response: repository.RepositoryModelLoadResponse,
    },
    {
      name: 'RepositoryModelUnload',
      request: repository.RepositoryModelUnloadRequest,
      response: repository.RepositoryModelUnloadResponse,
    },
  ],
} as const satisfies Service;

export const inferenceFile: ProtoFile = {
  name: 'grpc_service.proto',
  package: 'inference',
  messages: [
    ...server.serverMessages,
    ...infer.inferMessages,
    ...statistics.statisticsMessages,
    ...repository.repositoryMessages,
  ],
  enumerations: [],
  services: [inferenceService],
};
