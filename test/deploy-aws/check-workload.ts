import { find, type Inventory, type Item, only } from './account';
import type { Checklist } from './checklist';
import { IMAGE, LOG_RETENTION_DAYS, SCALING } from './deployed';

/** The service, its task definition, its rights and its log group. */
export function checkWorkload(list: Checklist, now: Inventory): void {
  checkService(list, now);
  checkTask(list, now);
  checkRights(list, now);
  const logs = only(now.logGroups);
  list.equal('logs are kept for the days asked for', logs['retentionInDays'], LOG_RETENTION_DAYS);
}

function checkService(list: Checklist, now: Inventory): void {
  const service = only(now.services);
  const { deploymentConfiguration: deployment } = service;
  list.equal('service: as many tasks as scaling.minReplicas', service['desiredCount'], SCALING.minReplicas);
  list.equal('service: runs the one task definition', service['taskDefinition'], taskDefinition(now).arn);
  const breaker = { enable: true, rollback: true };
  list.equal('service: circuit breaker rolls back', deployment.deploymentCircuitBreaker, breaker);
  list.equal('service: alarms on errors and latency roll back', deployment.alarms, {
    alarmNames: ['ErrorsAlarm', 'LatencyAlarm'].map((name) => find(now.alarms, name)['AlarmName']),
    enable: true,
    rollback: true,
  });
  const { minimumHealthyPercent, maximumPercent } = deployment;
  list.equal('service: never fewer tasks than wanted', [minimumHealthyPercent, maximumPercent], [100, 200]);
  const { assignPublicIp, subnets } = service['networkConfiguration'].awsvpcConfiguration;
  list.equal('service: no public addresses', assignPublicIp, 'DISABLED');
  list.equal('service: in two subnets', subnets.length, 2);
  list.equal('service: nobody logs into tasks', service['enableExecuteCommand'], false);
  list.equal('cluster: insights', only(now.clusters)['settings'], [
    { name: 'containerInsights', value: 'enabled' },
  ]);
}

function checkTask(list: Checklist, now: Inventory): void {
  const { definition, container } = taskDefinition(now);
  list.equal('task: the image, by digest', container['image'], IMAGE);
  list.equal('task: on Fargate', definition['requiresCompatibilities'], ['FARGATE']);
  list.equal('task: not root', container['user'], '10001:10001');
  list.equal('task: read-only root', container['readonlyRootFilesystem'], true);
  list.equal('task: no capabilities', container['linuxParameters'].capabilities, { drop: ['ALL'] });
  const log = container['logConfiguration'].options['awslogs-group'];
  list.equal('task: writes to the log group', log, only(now.logGroups)['logGroupName']);
}

/** The task reads the one object of its model and nothing else. */
function checkRights(list: Checklist, now: Inventory): void {
  const { definition } = taskDefinition(now);
  const role = only(now.roles.filter(({ Arn }) => Arn === definition['taskRoleArn']));
  const statements = Object.values(role['Policies'] as Item).flatMap(({ Statement }) => Statement);
  const { bucket, key } = deployedModel(now);
  const allowed = statements.map(({ Action, Resource }) => ({ Action, Resource }));
  const wanted = [{ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/${key}` }];
  list.equal('task role: may read the object of the model and nothing else', allowed, wanted);
}

/** The task definition that is in use. */
export function taskDefinition(now: Inventory) {
  const definition = only(now.taskDefinitions);
  const container = only(definition['containerDefinitions']);
  return { definition, container, arn: definition['taskDefinitionArn'] as string };
}

/** Where the runtime of the deployed task is told to get its model, and the digest it checks. */
export function deployedModel(now: Inventory) {
  const { container } = taskDefinition(now);
  const { value } = find(container['environment'], 'INFERSTACK_CONFIG');
  const { uri, digest, version } = only(JSON.parse(value).models);
  const [bucket, ...key] = (uri as string).replace('s3://', '').split('/');
  return { digest: digest as string, version: version as string, bucket: bucket!, key: key.join('/') };
}
