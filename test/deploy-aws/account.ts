import path from 'node:path';
import { runOrThrow } from './run';

// biome-ignore lint/suspicious/noExplicitAny: what AWS answers is JSON of any form, and a wrong guess fails a check.
export type Item = Record<string, any>;

/** Everything in the account that a stack can make: see account.py. */
export type Inventory = Readonly<Record<Kind, readonly Item[]>> & {
  /** `bucket/key` */
  readonly objects: readonly string[];
  /** Revisions that were replaced. */
  readonly retiredTaskDefinitions: readonly string[];
};

/** What is described one by one. */
export const KINDS = [
  'stacks',
  'clusters',
  'services',
  'taskDefinitions',
  'loadBalancers',
  'listeners',
  'targetGroups',
  'scalableTargets',
  'scalingPolicies',
  'alarms',
  'dashboards',
  'logGroups',
  'roles',
  'policies',
  'vpcs',
  'subnets',
  'securityGroups',
  'routeTables',
  'vpcEndpoints',
  'networkInterfaces',
  'buckets',
  'repositories',
  'parameters',
] as const;
export type Kind = (typeof KINDS)[number];

/** The simulated account, read through the AWS SDK. */
export class Account {
  constructor(
    private readonly python: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async describe(): Promise<Inventory> {
    return JSON.parse(await this.call('describe')) as Inventory;
  }

  async download(bucket: string, key: string, file: string): Promise<void> {
    await this.call('download', bucket, key, file);
  }

  /** What autoscaling would do. */
  async scale(service: Item, count: number): Promise<void> {
    await this.call('scale', service['clusterArn'], service['serviceName'], `${count}`);
  }

  private async call(...args: readonly string[]): Promise<string> {
    const script = path.join(__dirname, 'account.py');
    return (await runOrThrow(this.python, [script, ...args], { env: this.env, cwd: __dirname })).stdout;
  }
}

/** The only one; a list of any other length is an error. */
export function only(list: readonly Item[] | undefined): Item {
  if (list?.length !== 1) throw new Error(`expected one, got ${JSON.stringify(list, undefined, 2)}`);
  return list[0]!;
}

/** The only one whose JSON holds the text. */
export function find(list: readonly Item[] | undefined, text: string): Item {
  return only(list?.filter((item) => JSON.stringify(item).includes(text)));
}
