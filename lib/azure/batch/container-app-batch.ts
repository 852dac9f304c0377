import type { Construct } from 'constructs';
import {
  type BatchPlan,
  type BatchTarget,
  type BlobPlace,
  type BoundBatch,
  batchRuntimeConfig,
  type JobPlaces,
} from '../../core';
import { literal, requireDurableState, requireProvider, requireStack } from '../../terraform';
import { Checker } from '../checker';
import { deliverModels } from '../delivered-models';
import { createEnvironment } from '../environment';
import { ADD_PROVIDER } from '../provider-remedy';
import { warnIfUnpinned } from '../registry';
import { requireEntraStorage } from '../require-entra-storage';
import { resolveResourceGroup } from '../resource-group';
import { resolveWorkspace } from '../workspace';
import { createAlerts } from './alerts';
import { checkBatch } from './check-batch';
import type { ContainerAppBatchNative } from './container-app-batch-native';
import type { ContainerAppBatchOptions } from './container-app-batch-options';
import { blobUri, grantData } from './data-access';
import { createJob } from './job';
import { JobContext } from './job-context';

/**
 * Scores files with a job of Azure Container Apps, which starts by its schedule or when asked, as Terraform written by cdktf.
 * The image is pulled from a registry (`RuntimeImage.fromRegistry`).
 */
export class ContainerAppBatch implements BatchTarget<ContainerAppBatchNative> {
  readonly platform = 'azure';

  constructor(private readonly options: ContainerAppBatchOptions) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Container Apps cannot honour a setting. */
  bind(scope: Construct, plan: BatchPlan): BoundBatch<ContainerAppBatchNative> {
    const { options } = this;
    const stack = requireStack(scope, plan.path, 'ContainerAppBatch');
    const places = checkBatch(new Checker(plan.path), plan, options);
    requireProvider(stack, 'azurerm', ADD_PROVIDER);
    requireEntraStorage(stack, plan.path);
    requireDurableState(stack);
    warnIfUnpinned(scope, plan);
    const name = options.name ?? plan.name;
    const { group, created: resourceGroup } = resolveResourceGroup(scope, name, options, 'job');
    const context = new JobContext(plan, options, literal(name), group);
    const { native, ...bound } = create(scope, context, places);
    return { native: { ...native, resourceGroup }, ...bound };
  }
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
function create(scope: Construct, context: JobContext, places: JobPlaces<BlobPlace>) {
  const workspace = resolveWorkspace(scope, context);
  const environment = resolveEnvironment(scope, context, workspace.id);
  const { network } = environment;
  const { needs, ...delivered } = deliverModels(scope, context, [], network?.subnetId);
  const { identity, modelStore } = delivered;
  const access = grantData(scope, places, identity);
  const runtimeConfig = batchRuntimeConfig(
    { ...context.job, name: context.name },
    {
      modelUri: modelStore.uris[0]!,
      inputUri: blobUri(places.input),
      outputUri: blobUri(places.output),
      // Container Apps does not number its replicas.
      assignment: 'lease',
      emf: true,
    },
  );
  const job = createJob(scope, context, {
    config: runtimeConfig,
    environmentId: environment.id,
    identity,
    needs: [...needs, access.readInput, access.writeOutput],
  });
  const native = {
    ...{ job, ...delivered, ...access },
    ...{ environment: environment.created, network, workspace: workspace.created },
    alerts: createAlerts(scope, context, { jobId: job.id, workspaceId: workspace.id }),
  };
  return { native, runtimeConfig, defaultChild: job };
}

/** Yours, or one of its own that nothing reaches from outside. */
function resolveEnvironment(scope: Construct, context: JobContext, workspaceId: string) {
  const { options } = context;
  if (options.environment !== undefined) {
    return { id: literal(options.environment.id), created: undefined, network: undefined };
  }
  const props = { internal: true, workspaceId, certificateReader: undefined };
  const { created, network } = createEnvironment(scope, context, options, props);
  return { id: created.id, created, network };
}
