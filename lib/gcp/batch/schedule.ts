import type { CloudRunV2Job } from '@cdktf/provider-google/lib/cloud-run-v2-job';
import { CloudRunV2JobIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-job-iam-member';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { Construct } from 'constructs';
import { starterAccountId } from '../names';
import type { JobSchedule } from './cloud-run-batch-native';
import type { JobContext } from './job-context';

/** Starts the job at its times, as an account that may do nothing else. */
export function createSchedule(
  scope: Construct,
  context: JobContext,
  target: CloudRunV2Job,
): JobSchedule | undefined {
  const { name, project, region, job } = context;
  if (job.schedule === null) return undefined;
  const serviceAccount = new ServiceAccount(scope, 'Starter', {
    accountId: starterAccountId(context),
    project,
    displayName: `Starts the scoring job ${name}`,
  });
  const access = new CloudRunV2JobIamMember(scope, 'StarterAccess', {
    project,
    location: region,
    name: target.name,
    role: 'roles/run.invoker',
    member: serviceAccount.member,
  });
  const schedule = new CloudSchedulerJob(scope, 'Schedule', {
    name,
    project,
    region,
    description: `Starts the scoring job ${name}`,
    schedule: job.schedule.cron,
    timeZone: job.schedule.timeZone,
    retryConfig: { retryCount: 3 },
    httpTarget: {
      httpMethod: 'POST',
      uri: `https://run.googleapis.com/v2/projects/${project}/locations/${region}/jobs/${target.name}:run`,
      oauthToken: { serviceAccountEmail: serviceAccount.email },
    },
    dependsOn: [access],
  });
  return { schedule, serviceAccount, access };
}
