import { type AnyMessage, Message, nested, nestedList, nestedMap } from '../schema/message';
import { int64, string, uint64 } from '../schema/scalars';

/**
 * The statistics extension.
 * Source: https://github.com/triton-inference-server/common/blob/main/protobuf/grpc_service.proto
 */
export const ModelStatisticsRequest = new Message('inference.ModelStatisticsRequest', {
  name: string(1),
  version: string(2),
});

export const StatisticDuration = new Message('inference.StatisticDuration', {
  count: uint64(1),
  ns: uint64(2),
});

export const InferStatistics = new Message('inference.InferStatistics', {
  success: nested(1, StatisticDuration),
  fail: nested(2, StatisticDuration),
  queue: nested(3, StatisticDuration),
  compute_input: nested(4, StatisticDuration),
  compute_infer: nested(5, StatisticDuration),
  compute_output: nested(6, StatisticDuration),
  cache_hit: nested(7, StatisticDuration),
  cache_miss: nested(8, StatisticDuration),
});

export const InferResponseStatistics = new Message('inference.InferResponseStatistics', {
  compute_infer: nested(1, StatisticDuration),
  compute_output: nested(2, StatisticDuration),
  success: nested(3, StatisticDuration),
  fail: nested(4, StatisticDuration),
  empty_response: nested(5, StatisticDuration),
  cancel: nested(6, StatisticDuration),
});

export const InferBatchStatistics = new Message('inference.InferBatchStatistics', {
  batch_size: uint64(1),
  compute_input: nested(2, StatisticDuration),
  compute_infer: nested(3, StatisticDuration),
  compute_output: nested(4, StatisticDuration),
});

export const MemoryUsage = new Message('inference.MemoryUsage', {
  type: string(1),
  id: int64(2),
  byte_size: uint64(3),
});

export const ModelStatistics = new Message('inference.ModelStatistics', {
  name: string(1),
  version: string(2),
  /** Milliseconds since 1970. */
  last_inference: uint64(3),
  /** Rows. */
  inference_count: uint64(4),
  /** Runs of the model. */
  execution_count: uint64(5),
  inference_stats: nested(6, InferStatistics),
  batch_stats: nestedList(7, InferBatchStatistics),
  memory_usage: nestedList(8, MemoryUsage),
  response_stats: nestedMap(9, InferResponseStatistics),
});

export const ModelStatisticsResponse = new Message('inference.ModelStatisticsResponse', {
  model_stats: nestedList(1, ModelStatistics),
});

/** In the order of the .proto file. */
export const statisticsMessages: readonly AnyMessage[] = [
  ModelStatisticsRequest,
  StatisticDuration,
  InferStatistics,
  InferResponseStatistics,
  InferBatchStatistics,
  MemoryUsage,
  ModelStatistics,
  ModelStatisticsResponse,
];
