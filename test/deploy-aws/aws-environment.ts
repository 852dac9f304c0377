/** An environment in which every AWS tool talks to moto, and never to an account of the person at the machine. */
export function awsEnvironment(url: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    // CloudFormation reads a template by URL, and moto knows the bucket from an address of S3 alone.
    AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: 'https://s3.us-east-1.amazonaws.com',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // scripts/check-aws.sh judges templates.
    CDK_VALIDATION: 'false',
    NO_COLOR: '1',
  };
}
