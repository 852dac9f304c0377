import { type Problem, show } from '@inferstack/runtime/contract';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnEndpointConfig } from 'aws-cdk-lib/aws-sagemaker';
import { type EndpointPlan, isUnresolved } from '../../core';
import type { DataCaptureOptions } from './sagemaker-endpoint-options';

/** Refuses a share that SageMaker does not know. */
export function checkDataCapture({ path }: EndpointPlan, capture: DataCaptureOptions | undefined): Problem[] {
  const percent = capture?.samplingPercent;
  if (percent === undefined || isUnresolved(percent)) return [];
  if (Number.isInteger(percent) && percent >= 0 && percent <= 100) return [];
  return [
    {
      code: 'AWS_SAGEMAKER_CAPTURE',
      at: `${path}: target.dataCapture.samplingPercent`,
      what: 'the value is out of bounds',
      got: show(percent),
      allowed: 'a whole number, 0 to 100',
      remedy: 'Correct the value.',
    },
  ];
}

/** What SageMaker writes into the bucket: requests and answers as they are. */
export function dataCaptureConfig(
  { bucket, prefix, samplingPercent = 100 }: DataCaptureOptions,
  name: string,
): CfnEndpointConfig.DataCaptureConfigProperty {
  return {
    enableCapture: true,
    initialSamplingPercentage: samplingPercent,
    destinationS3Uri: bucket.s3UrlForObject(prefix ?? name),
    captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
    captureContentTypeHeader: { csvContentTypes: ['text/csv'], jsonContentTypes: ['application/json'] },
  };
}

export function grantCapture(
  { bucket, prefix }: DataCaptureOptions,
  name: string,
  grantee: IGrantable,
): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'KeepRequests',
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${prefix ?? name}/*`)],
    }),
  );
  bucket.encryptionKey?.grantEncryptDecrypt(grantee);
}
