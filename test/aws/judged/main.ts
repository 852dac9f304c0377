/** An app that uses every exposure and option once, for the judges of scripts/check-aws.sh. */
import path from 'node:path';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { FlowLogDestination, Peer, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { ApplicationListener, ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Stack, Token, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  BatchScoringJob,
  DataLocation,
  Duration,
  Gate,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelSource,
  Rollout,
  RuntimeImage,
  Schedule,
} from 'inferstack';
import {
  Exposure,
  FargateBatch,
  FargateEndpoint,
  type FargateEndpointOptions,
  type FargateNative,
  SageMakerEndpoint,
  WebAcl,
} from 'inferstack/aws';

const MODELS = path.resolve(__dirname, '../../../examples/models');
const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const ECR = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/runtime@sha256:${'a'.repeat(64)}`;
const ELB = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

class Judged extends Stack {
  readonly vpc: Vpc;
  readonly bucket: Bucket;

  /** Zones by name: a known environment would ask the account for them. */
  override get availabilityZones(): string[] {
    return Token.isUnresolved(this.region) ? super.availabilityZones : [`${REGION}a`, `${REGION}b`];
  }

  constructor(id: string, known = true) {
    super(app, id, known ? { env: { account: ACCOUNT, region: REGION } } : {});
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
    });
    this.vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs() });
    this.bucket = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds access logs itself.',
    });
  }

  endpoint(
    options: Partial<FargateEndpointOptions>,
    props: Partial<ModelEndpointProps<FargateNative>> = {},
  ): FargateNative {
    return new ModelEndpoint(this, 'Endpoint', {
      model: ModelSource.fromDirectory(path.join(MODELS, 'breast-cancer', '2')),
      runtime: { image: RuntimeImage.fromRegistry(ECR) },
      ...props,
      target: new FargateEndpoint({ vpc: this.vpc, ...options }),
    }).native;
  }
}

const internet = new Judged('Internet');
internet.endpoint(
  {
    exposure: Exposure.internet({
      certificate: Certificate.fromCertificateArn(
        internet,
        'Tls',
        `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/c`,
      ),
    }),
    capacity: { spotPercent: 50, onDemandBase: 2 },
    alarms: { topic: new Topic(internet, 'OnCall', { enforceSSL: true }) },
    protection: {
      accessLogs: { bucket: internet.bucket },
      encryptionKey: new Key(internet, 'Key', { enableKeyRotation: true }),
      webAcl: WebAcl.managedRules({ requestsPerAddress: 2000 }),
    },
  },
  { runtime: { grpc: true, image: RuntimeImage.fromRegistry(ECR) } },
);

const domain = new Judged('Domain', false);
const granted = domain.endpoint(
  {
    exposure: Exposure.private({
      domain: {
        name: 'credit.example.com',
        zone: HostedZone.fromHostedZoneAttributes(domain, 'Zone', {
          hostedZoneId: 'Z123',
          zoneName: 'example.com',
        }),
      },
      allowFrom: [Peer.ipv4('10.0.0.0/16')],
    }),
    protection: { accessLogs: { bucket: domain.bucket }, deletion: false },
  },
  {
    model: ModelSource.fromDirectory(path.join(MODELS, 'digits', '1')),
    scaling: { minReplicas: 3, requestsPerReplica: 20 },
    resources: { cpuMillis: 4000, memoryMiB: 8192, architecture: 'arm64' },
    monitoring: { latency: false, dashboard: false, runbookUrl: 'https://wiki.example.com/digits' },
  },
);
granted.grantInvoke(new SecurityGroup(domain, 'Clients', { vpc: domain.vpc }));

const shared = new Judged('SharedListener');
shared.endpoint(
  {
    cluster: new Cluster(shared, 'Cluster', {
      vpc: shared.vpc,
      containerInsightsV2: ContainerInsights.ENHANCED,
    }),
    exposure: Exposure.listener({
      listener: ApplicationListener.fromApplicationListenerAttributes(shared, 'Listener', {
        listenerArn: `${ELB}:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2`,
        securityGroup: SecurityGroup.fromSecurityGroupId(shared, 'ListenerGroup', 'sg-0123456789abcdef0'),
        defaultPort: 443,
      }),
      priority: 10,
      grpcPriority: 9,
      conditions: [ListenerCondition.hostHeaders(['diabetes.example.com'])],
      url: 'https://diabetes.example.com',
    }),
    registryCredentials: Secret.fromSecretNameV2(shared, 'Registry', 'registry'),
  },
  {
    model: ['diabetes', 'digits'].map((name) => ModelSource.fromDirectory(path.join(MODELS, name, '1'))),
    runtime: {
      grpc: true,
      image: RuntimeImage.fromRegistry(`registry.example.com/runtime@sha256:${'b'.repeat(64)}`),
    },
  },
);

const shifted = new Judged('Shifted');
shifted.endpoint(
  {
    exposure: Exposure.private({
      certificate: Certificate.fromCertificateArn(
        shifted,
        'Tls',
        `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/c`,
      ),
    }),
    capacity: { spotPercent: 50, onDemandBase: 2 },
    protection: {
      accessLogs: { bucket: shifted.bucket },
      encryptionKey: new Key(shifted, 'Key', { enableKeyRotation: true }),
    },
  },
  {
    scaling: { minReplicas: 2, requestsPerReplica: 20 },
    rollout: Rollout.linear({
      step: 25,
      interval: Duration.minutes(15),
      gates: [Gate.errors({ maxPercent: 0.5 }), Gate.latency({ max: Duration.millis(80), quantile: 0.999 })],
    }),
    runtime: { grpc: true, image: RuntimeImage.fromRegistry(ECR) },
  },
);

const sagemaker = new Judged('SageMaker');
const captured = new ModelEndpoint(sagemaker, 'Endpoint', {
  model: ModelSource.fromDirectory(path.join(MODELS, 'digits', '1')),
  target: new SageMakerEndpoint({
    vpc: sagemaker.vpc,
    instanceType: 'ml.c7g.xlarge',
    alarms: { topic: new Topic(sagemaker, 'OnCall', { enforceSSL: true }) },
    protection: { encryptionKey: new Key(sagemaker, 'Key', { enableKeyRotation: true }), deletion: false },
    dataCapture: { bucket: sagemaker.bucket, samplingPercent: 10 },
  }),
  scaling: { minReplicas: 1, requestsPerReplica: 20 },
  resources: { cpuMillis: 4000, memoryMiB: 8192, architecture: 'arm64' },
  runtime: { image: RuntimeImage.fromRegistry(ECR) },
}).native;
Validations.of(captured.role).acknowledge({
  id: `AwsSolutions-IAM5[Resource::<${sagemaker.getLogicalId(sagemaker.bucket.node.defaultChild as CfnBucket)}.Arn>/sage-maker-endpoint/*]`,
  reason: 'SageMaker names what it captures.',
});

const batch = new Judged('Batch');
new BatchScoringJob(batch, 'NightlyScores', {
  model: ModelSource.fromDirectory(path.join(MODELS, 'breast-cancer', '2')),
  target: new FargateBatch({
    vpc: batch.vpc,
    notifications: new Topic(batch, 'Ended', { enforceSSL: true }),
    alarms: { topic: new Topic(batch, 'OnCall', { enforceSSL: true }) },
    protection: { encryptionKey: new Key(batch, 'Key', { enableKeyRotation: true }) },
    storageGiB: 50,
  }),
  input: { from: DataLocation.at({ aws: { bucket: 'patients', path: 'daily/*.parquet' } }) },
  output: { to: DataLocation.at({ aws: { bucket: batch.bucket.bucketName, path: 'scores/' } }) },
  schedule: Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin' }),
  run: {
    parallelism: 16,
    image: RuntimeImage.fromRegistry(ECR),
    resources: { cpuMillis: 4000, memoryMiB: 8192 },
  },
});
