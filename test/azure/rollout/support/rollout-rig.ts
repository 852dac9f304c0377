import { Duration, Rollout } from 'inferstack';
import { type Options, type Props, type Resource, synthesize, type Template } from '../../support/synthesize';
import type { Value } from './expression-language';
import { APP_ID, FakeResourceManager } from './fake-resource-manager';
import { VirtualClock } from './virtual-clock';
import { type Run, runWorkflow } from './workflow-engine';

type WorkflowName = 'RolloutWorkflow' | 'RollbackWorkflow';

/** A tenth for ten minutes, then all of them for five. */
export const CANARY = Rollout.canary({ percent: 10, bake: Duration.minutes(10) });

export const gated = (rollout: Rollout = CANARY, options: Options = {}, props: Props = {}): Template =>
  synthesize({ modelStorage: { previousModels: [] }, ...options }, { rollout, ...props });

/** What an alert of the common schema says. */
export const alert = (monitorCondition: 'Fired' | 'Resolved'): Value => ({
  schemaId: 'azureMonitorCommonAlertSchema',
  data: { essentials: { alertRule: 'serving-endpoint-errors', monitorCondition } },
});

/** The definitions of a template, running against a container app. */
export class RolloutRig {
  readonly clock = new VirtualClock();
  readonly azure: FakeResourceManager;
  private origin = '';

  /** @param template put another one here for what an apply of a changed program leaves */
  constructor(public template: Template) {
    this.azure = new FakeResourceManager(rightsIn(template));
  }

  async start(): Promise<this> {
    this.origin = await this.azure.start();
    return this;
  }

  async run(workflow: WorkflowName, trigger?: Value): Promise<Run> {
    const environment = { clock: this.clock, origin: this.origin, identity: workflow };
    return runWorkflow(actionsOf(this.template, workflow, this.azure.deployed), environment, trigger);
  }

  /** So many runs of the rollout, a minute apart. */
  async minutes(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.clock.advance(60_000);
      const run = await this.run('RolloutWorkflow');
      if (run.status !== 'Succeeded') throw new Error(run.errors.join('\n'));
    }
  }

  /** An app whose first revision is pinned. */
  async first(suffix = 'r1-a'): Promise<string> {
    const name = this.azure.deployReady(suffix);
    await this.minutes(1);
    return name;
  }
}

/**
 * Actions of a workflow by name, as they were synthesized.
 *
 * @param deployed stands for the revision that the template deploys; undefined: that one
 */
export function actionsOf(
  template: Template,
  workflow: WorkflowName,
  deployed?: string,
): Record<string, Resource> {
  const own = `serving-endpoint--${template.find('container_app')['template'].revision_suffix}`;
  const bodies = Object.values(template.all('logic_app_action_custom')).filter(({ logic_app_id: id }) =>
    String(id).includes(`Endpoint_${workflow}_`),
  );
  return Object.fromEntries(
    bodies.map(({ name, body }) => [
      name as string,
      JSON.parse(
        String(body)
          .replaceAll(own, deployed ?? own)
          .replaceAll(/\$\{azurerm_container_app\.Endpoint_App_\w+\.id\}/g, APP_ID),
      ) as Resource,
    ]),
  );
}

/** Which actions each workflow may do on the app. */
function rightsIn(template: Template): Map<string, string[]> {
  const [permissions] = template.find('role_definition')['permissions'] as [{ actions: string[] }];
  const granted = Object.values(template.all('role_assignment')).flatMap(
    ({ role_definition_id, scope, principal_id }) => {
      const workflow = /logic_app_workflow\.Endpoint_(\w+?)_\w{8}\./.exec(String(principal_id))?.[1];
      const onApp = /^\$\{azurerm_container_app\.Endpoint_App_\w+\.id\}$/.test(String(scope));
      return role_definition_id !== undefined && onApp && workflow !== undefined ? [workflow] : [];
    },
  );
  return new Map(granted.map((workflow) => [workflow, permissions.actions]));
}
