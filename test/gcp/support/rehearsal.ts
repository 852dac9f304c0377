import type { Rollout } from 'inferstack';
import { FakeCloudRun } from './fake-cloud-run';
import { PROJECT, REGION, type Resource, synthesize, type Template } from './synthesize';
import { runWorkflow } from './workflows/run-workflow';

const SERVICE = `projects/${PROJECT}/locations/${REGION}/services/serving-endpoint`;

/** Sources of the workflows, as Terraform hands them to the platform. */
export function workflowSources(template: Template): Record<'RolloutWorkflow' | 'RollbackWorkflow', string> {
  const sources = Object.entries(template.all('google_workflows_workflow')).map(([id, workflow]) => [
    id,
    String(workflow['source_contents']).replaceAll('$${', '${'),
  ]);
  return Object.fromEntries(sources);
}

const templates = new Map<Rollout, Template>();

function templateWith(rollout: Rollout): Template {
  const template = templates.get(rollout) ?? synthesize({ release: '1' }, { rollout });
  templates.set(rollout, template);
  return template;
}

/** An endpoint's workflows, the very ones that are deployed, before a service whose time is made up. */
export class Rehearsal {
  private seconds = 1_700_000_000;
  private api = '';

  private constructor(
    private readonly sources: ReturnType<typeof workflowSources>,
    readonly cloudRun: FakeCloudRun,
  ) {}

  /** @param traffic what the service has at first; by default as the stack creates it, with revision r1 */
  static async of(rollout: Rollout, traffic?: readonly Resource[]): Promise<Rehearsal> {
    const template = templateWith(rollout);
    const [created] = template.find('google_cloud_run_v2_service')['traffic'] as Resource[];
    const cloudRun = new FakeCloudRun(SERVICE, traffic ?? [{ ...created, revision: 'r1' }]);
    const rehearsal = new Rehearsal(workflowSources(template), cloudRun);
    rehearsal.api = await cloudRun.start();
    return rehearsal;
  }

  /** With r1 stable, and r2 made by the next apply. */
  static async withCandidate(rollout: Rollout): Promise<Rehearsal> {
    const rehearsal = await Rehearsal.of(rollout);
    rehearsal.cloudRun.apply('r1');
    rehearsal.cloudRun.makeReady('r1');
    await rehearsal.minutes(1);
    rehearsal.cloudRun.apply('r2');
    return rehearsal;
  }

  /** What the clock starts. */
  advance(): Promise<string> {
    return this.run('RolloutWorkflow', null);
  }

  /** Lets the clock tick. */
  async minutes(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      this.seconds += 60;
      await this.advance();
    }
  }

  /** An incident as Cloud Monitoring tells of it, in the event that Eventarc makes of the message. */
  alarm(state: 'open' | 'closed' = 'open'): Promise<string> {
    const incident = { incident_id: '0.abc', state, policy_name: 'serving-endpoint: failed requests' };
    const data = Buffer.from(JSON.stringify({ version: '1.2', incident })).toString('base64');
    return this.run('RollbackWorkflow', { data: { message: { data, attributes: {} } } });
  }

  /** As `gcloud workflows run serving-endpoint-rollback --data '{}'`. */
  rollBackByHand(): Promise<string> {
    return this.run('RollbackWorkflow', {});
  }

  get shares(): Record<string, number> {
    return this.cloudRun.shares;
  }

  get outcome(): string {
    const note = JSON.parse(this.cloudRun.annotations['inferstack.dev/rollout'] ?? '{}') as Resource;
    return `${note['outcome']} ${note['revision']}`;
  }

  stop(): Promise<void> {
    return this.cloudRun.stop();
  }

  private async run(id: keyof ReturnType<typeof workflowSources>, argument: unknown): Promise<string> {
    return runWorkflow(JSON.parse(this.sources[id]), argument, {
      api: this.api,
      now: () => this.seconds + 0.5,
      pass: (seconds) => {
        this.seconds += seconds;
      },
    });
  }
}
