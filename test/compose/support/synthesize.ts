import path from 'node:path';
import {
  type EndpointPlan,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelSource,
  RuntimeImage,
} from 'inferstack';
import {
  ComposeDirectory,
  type ComposeDocument,
  ComposeEndpoint,
  type ComposeEndpointOptions,
  ComposeFile,
  type ComposeNative,
  ComposeProject,
  type ComposeProjectProps,
} from 'inferstack/compose';
import { temporaryFolder } from '../../support/temporary-folder';

export const IMAGE = `registry.example.com/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const MODELS = path.resolve(__dirname, '../../../examples/models');

type Props = Omit<Partial<ModelEndpointProps<ComposeNative>>, 'target'>;

export interface Synthesized {
  readonly project: ComposeProject;
  readonly endpoint: ModelEndpoint<ComposeNative>;
  readonly document: ComposeDocument;
  /** Text of a file beside the Compose file. */
  file(path: string): string;
}

/** One folder for all, since each is removed by a listener of its own. */
const root = temporaryFolder();
let projects = 0;

export function project(props: Partial<ComposeProjectProps> = {}): ComposeProject {
  return new ComposeProject({ name: 'models', outdir: path.join(root, String(projects++)), ...props });
}

export function endpointIn(
  scope: ComposeProject,
  options: ComposeEndpointOptions = {},
  props: Props = {},
  id = 'Tumours',
) {
  return new ModelEndpoint(scope, id, {
    model: ModelSource.fromDirectory(path.join(MODELS, 'breast-cancer/1')),
    target: new ComposeEndpoint(options),
    scaling: { minReplicas: 2, maxReplicas: 2 },
    ...props,
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), ...props.runtime },
  });
}

/** An endpoint `tumours` of breast-cancer 1 with two replicas in the project `models`. */
export function synthesize(
  options: ComposeEndpointOptions = {},
  props: Props = {},
  projectProps: Partial<ComposeProjectProps> = {},
): Synthesized {
  const scope = project(projectProps);
  const endpoint = endpointIn(scope, options, props);
  return {
    project: scope,
    endpoint,
    document: scope.toDocument(),
    file: (name) => files(scope)[name] ?? failMissing(name),
  };
}

/** Text of every file, and the names of those that are copied. */
export function files(scope: ComposeProject): Record<string, string> {
  const all = scope.node.findAll();
  return Object.fromEntries([
    ...all.filter((element) => element instanceof ComposeFile).map((file) => [file.path, file.content]),
    ...all
      .filter((element) => element instanceof ComposeDirectory)
      .map((directory) => [directory.path, directory.files.join('\n')]),
  ]);
}

/** What the target makes of a plan, without the construct around it. */
export function bindPlan(plan: EndpointPlan, options: ComposeEndpointOptions = {}): string {
  const scope = project();
  new ComposeEndpoint(options).bind(scope, plan);
  return JSON.stringify([scope.toDocument(), files(scope)]);
}

function failMissing(name: string): never {
  throw new Error(`no file ${name}`);
}
