import { createHash } from 'node:crypto';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, type EndpointTarget, runtimeConfig } from '../core';
import { ruleFile } from './alerts';
import { balancer } from './balancer';
import { checkEndpoint } from './check-endpoint';
import { Checker, scopeError } from './checker';
import { ComposeFile, ComposeNetwork } from './compose-elements';
import type { ComposeNative } from './compose-native';
import type { ComposeEndpointOptions } from './compose-options';
import { ComposeProject } from './compose-project';
import { EndpointContext } from './context';
import { dashboardFile } from './dashboard';
import { Exposure } from './exposure';
import { type BoundModels, ModelDelivery } from './model-delivery';
import type { ProjectEndpoint } from './project-endpoint';
import { MONITORING_DIRECTORY, scrapeFile } from './prometheus';
import { needsEgress, replicaServices } from './replica';
import { runtimeImage } from './runtime-build';
import { inSecretFile, runtimeSecrets } from './runtime-secrets';

/**
 * Serves a model on one host that has Docker and nothing else, as a file for Docker Compose: replicas, HAProxy in
 * front of them, and a script that rolls new versions out without losing a request.
 *
 * @example
 * const project = new ComposeProject({ name: 'models' });
 * new ModelEndpoint(project, 'Digits', {
 *   model: ModelSource.fromDirectory('models/digits/1'),
 *   target: new ComposeEndpoint(),
 *   scaling: { minReplicas: 2, maxReplicas: 2 },
 * });
 * project.synth();
 */
export class ComposeEndpoint implements EndpointTarget<ComposeNative> {
  readonly platform = 'compose';

  constructor(private readonly options: ComposeEndpointOptions = {}) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Compose cannot honour a setting. */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<ComposeNative> {
    const project = scope.node.scopes.find(ComposeProject.isProject);
    if (project === undefined) throw scopeError(plan.path);
    const { model = ModelDelivery.bundled(), exposure = Exposure.host() } = this.options;
    const context = new EndpointContext(plan, this.options.name ?? plan.name, project.name);
    const check = new Checker(plan.path);
    checkEndpoint(check, project, context, this.options, { model, exposure });
    check.throwAll();
    const endpoint = projectEndpoint(context);
    project.addEndpoint(endpoint);
    return this.create(scope, context, endpoint, model.bind(scope, context), exposure);
  }

  private create(
    scope: Construct,
    context: EndpointContext,
    endpoint: ProjectEndpoint,
    models: BoundModels,
    exposure: Exposure,
  ): BoundEndpoint<ComposeNative> {
    const { plan, name } = context;
    const { balancer: balancerOptions = {}, logs = {} } = this.options;
    const addresses = { modelUris: models.uris, credentials: inSecretFile };
    const config = runtimeConfig({ ...plan, name }, addresses);
    const image = runtimeImage(scope, plan.runtime.image, plan.resources.architecture);
    const configPath = configFile(scope, context, config).path;
    const secrets = runtimeSecrets(scope, context);
    const front = balancer(scope, context, exposure.bind(), balancerOptions, logs);
    const native: ComposeNative = {
      ...networks(scope, context, models),
      ...replicaServices(scope, context, { image, configPath, models, logs, secrets }),
      balancer: front.service,
      balancerConfig: front.config,
      ...monitoringFiles(scope, context, endpoint),
    };
    return { native, runtimeConfig: config, defaultChild: native.balancer };
  }
}

function projectEndpoint(context: EndpointContext): ProjectEndpoint {
  const { name, replicas, surge, network, plan } = context;
  const { timeoutSeconds, bakeSeconds } = plan.rollout;
  return { name, replicas, surge, network, timeoutSeconds, bakeSeconds };
}

/** Named after its content: an older container that is started again finds what it was made for. */
function configFile(scope: Construct, { name }: EndpointContext, config: RuntimeConfig): ComposeFile {
  const json = `${JSON.stringify(config, null, 2)}\n`;
  const hash = createHash('sha256').update(json).digest('hex').slice(0, 8);
  return new ComposeFile(scope, 'Config', `config/${name}-${hash}.json`, json);
}

function networks(scope: Construct, context: EndpointContext, models: BoundModels) {
  return {
    network: new ComposeNetwork(scope, 'Network', context.network, { internal: true }),
    // Not internal: only ports of such networks can be published.
    callers: new ComposeNetwork(scope, 'Callers', context.callers),
    egress: needsEgress(context, models) ? new ComposeNetwork(scope, 'Egress', context.egress) : undefined,
  };
}

function monitoringFiles(scope: Construct, context: EndpointContext, endpoint: ProjectEndpoint) {
  const file = (id: string, suffix: string, content: string) =>
    new ComposeFile(scope, id, `${MONITORING_DIRECTORY}/${context.name}.${suffix}`, content);
  return {
    alerts: file('Alerts', 'rules.yaml', ruleFile(context)),
    scrape: file('Scrape', 'scrape.yaml', scrapeFile(context.project, endpoint)),
    dashboard: context.plan.monitoring.dashboard
      ? file('Dashboard', 'dashboard.json', dashboardFile(context))
      : undefined,
  };
}
