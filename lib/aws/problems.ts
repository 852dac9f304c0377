import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what AWS cannot do, or of AWS options that contradict each other. */
export const awsProblems = {
  AWS_FARGATE_SIZE: 'Fargate does not offer this pair of CPU and memory.',
  AWS_LOG_RETENTION: 'CloudWatch Logs does not offer this retention.',
  AWS_DRAIN: 'Draining takes longer than Fargate gives a stopping task.',
  AWS_ROLLOUT_BAKE: 'ECS derives the bake time from the alarms, and these alarms do not give the wanted one.',
  AWS_ROLLOUT_TIME: 'The rollout could outlast the time CloudFormation waits for a service.',
  AWS_ROLLOUT_SHIFT: 'ECS does not move requests in such steps, or does not wait such times.',
  AWS_ROLLOUT_SAMPLES: 'The golden samples are more than the check before a rollout can hold.',
  AWS_STORAGE: 'The model does not fit the ephemeral storage of a Fargate task.',
  AWS_RUNTIME_SOURCE: 'The runtime to build the image from is incomplete.',
  AWS_EXPOSURE: 'The options of the exposure contradict each other.',
  AWS_EXPOSURE_PLAIN_HTTP: 'Unencrypted HTTP to the internet was not asked for explicitly.',
  AWS_GRPC_PLAIN_HTTP: 'gRPC needs an HTTPS listener.',
  AWS_GRPC_RULE: 'The rule for gRPC on a listener of yours cannot stand beside that for HTTP.',
  AWS_SUBNETS: 'The VPC lacks the subnets the load balancer or the tasks need.',
  AWS_CAPACITY: 'The mix of Spot and on-demand capacity is out of bounds.',
  AWS_ACCESS_LOGS: 'The load balancer cannot write access logs to this bucket.',
  AWS_WEB_ACL: 'The web ACL cannot be attached, or is out of bounds.',
  AWS_SAGEMAKER_INSTANCE: 'No instance type, or not the named one, has what a replica asks for.',
  AWS_SAGEMAKER_ROLLOUT:
    'A time of the rollout is one SageMaker does not wait, or shorter than an alarm looks back.',
  AWS_SAGEMAKER_VOLUME: 'The model does not fit the volume of an instance.',
  AWS_SAGEMAKER_CONFIG:
    'The configuration of the runtime does not fit the environment of a SageMaker container.',
  AWS_SAGEMAKER_NAME: 'The name cannot be that of a SageMaker endpoint.',
  AWS_SAGEMAKER_CAPTURE: 'The share of captured requests is out of bounds.',
} as const satisfies ProblemCatalogue;

export type AwsProblemCode = keyof typeof awsProblems;
