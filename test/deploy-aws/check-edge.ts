import { find, type Inventory, type Item, only } from './account';
import type { Checklist } from './checklist';

/** Load balancer, listener, target group, and who may connect to whom. */
export function checkEdge(list: Checklist, now: Inventory): void {
  checkLoadBalancer(list, now);
  checkTargetGroup(list, now);
  checkConnections(list, now);
}

function checkLoadBalancer(list: Checklist, now: Inventory): void {
  const balancer = only(now.loadBalancers);
  list.equal('load balancer: internal', balancer['Scheme'], 'internal');
  const invalid = balancer['Attributes']['routing.http.drop_invalid_header_fields.enabled'];
  list.equal('load balancer: drops malformed headers', invalid, 'true');
  const listener = only(now.listeners);
  list.equal('listener: of this load balancer', listener['LoadBalancerArn'], balancer['LoadBalancerArn']);
  list.equal('listener: HTTP in the VPC', [listener['Protocol'], listener['Port']], ['HTTP', 80]);
  const [rule, fallback] = listener['Rules'];
  const group = only(now.targetGroups)['TargetGroupArn'];
  list.equal('rule: to the target group', only(rule.Actions)['TargetGroupArn'], group);
  list.equal('what no rule matches: 404', only(fallback.Actions)['FixedResponseConfig'], {
    StatusCode: '404',
  });
  const { outputs } = find(now.stacks, 'EndpointUrl');
  list.equal('output: the address', Object.values(outputs), [`http://${balancer['DNSName']}`]);
}

function checkTargetGroup(list: Checklist, now: Inventory): void {
  const group = only(now.targetGroups);
  list.equal('target group: asks whether the model is ready', group['HealthCheckPath'], '/v2/health/ready');
  list.equal('target group: takes 200 alone', group['Matcher'], { HttpCode: '200' });
  list.equal(
    'target group: probes',
    [group['HealthCheckIntervalSeconds'], group['UnhealthyThresholdCount']],
    [10, 3],
  );
  list.equal('target group: addresses on 8080', [group['TargetType'], group['Port']], ['ip', 8080]);
  const algorithm = group['Attributes']['load_balancing.algorithm.type'];
  list.equal('target group: least outstanding requests', algorithm, 'least_outstanding_requests');
  const target = only(only(now.services)['loadBalancers']);
  list.equal('service: registers there', target['targetGroupArn'], group['TargetGroupArn']);
}

function checkConnections(list: Checklist, now: Inventory): void {
  const tasks = only(
    only(now.services)['networkConfiguration'].awsvpcConfiguration.securityGroups.map(asItem),
  );
  const balancer = only(only(now.loadBalancers)['SecurityGroups'].map(asItem));
  const group = (id: string): Item => only(now.securityGroups.filter(({ GroupId }) => GroupId === id));
  const taskGroup = group(tasks['id']);
  list.equal('tasks: reached by the load balancer on 8080 alone', opened(taskGroup['IpPermissions']), [
    [8080, balancer['id']],
  ]);
  list.equal('tasks: reach 443 alone', opened(taskGroup['IpPermissionsEgress']), [[443, '0.0.0.0/0']]);
  const balancerGroup = group(balancer['id']);
  list.equal('load balancer: nobody may connect yet', opened(balancerGroup['IpPermissions']), []);
  const reached = opened(balancerGroup['IpPermissionsEgress']).filter(([, peer]) => peer === tasks['id']);
  list.equal('load balancer: reaches the tasks', reached, [[8080, tasks['id']]]);
}

const asItem = (id: string): Item => ({ id });

/** Port and peer of each rule. */
function opened(permissions: readonly Item[]): [number, string][] {
  return permissions.flatMap(({ FromPort, IpRanges, UserIdGroupPairs }) =>
    [
      ...IpRanges.map(({ CidrIp }: Item) => CidrIp),
      ...UserIdGroupPairs.map(({ GroupId }: Item) => GroupId),
    ].map((peer: string): [number, string] => [FromPort, peer]),
  );
}
