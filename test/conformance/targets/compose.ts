import { Construct } from 'constructs';
import { ComposeEndpoint, ComposeFile, ComposeProject, Exposure } from 'inferstack/compose';
import { temporaryFolder } from '../../support/temporary-folder';
import type { ConformanceTarget, Rendered } from '../conformance-target';

/** A file below `config/`, named after its content. */
const CONFIG = /^config\//;
const outdir = temporaryFolder();

interface Output {
  readonly document: ReturnType<ComposeProject['toDocument']>;
  readonly files: readonly (readonly [path: string, content: string])[];
}

export const compose: ConformanceTarget = {
  platform: 'compose',
  title: 'ComposeEndpoint',
  // Compose has no autoscaler.
  demands: { scaling: { minReplicas: 2, maxReplicas: 2 } },
  changes: {
    'scaling.minReplicas': { 'scaling.minReplicas': 3, 'scaling.maxReplicas': 3 },
  },
  limits: [],
  bind(plan, exposure = 'default') {
    const project = new ComposeProject({ name: 'serving', outdir });
    const target = new ComposeEndpoint(
      exposure === 'internet'
        ? { exposure: Exposure.https({ certificateFile: '/etc/tls/endpoint.pem' }) }
        : {},
    );
    const { runtimeConfig } = target.bind(new Construct(project, 'Endpoint'), plan);
    const files = project.node
      .findAll()
      .filter((element) => element instanceof ComposeFile)
      .map(({ path, content }) => [path, content] as const);
    const output: Output = { document: project.toDocument(), files };
    return { platform: withoutConfig(output), runtimeConfig, text: JSON.stringify(output) };
  },
  publicExposures: (rendered) =>
    services(rendered).flatMap(([name, { ports = [] }]) =>
      ports.filter((port) => port.host_ip !== '127.0.0.1').map((port) => `${name}: port ${port.published}`),
    ),
  broadPermissions: (rendered) =>
    services(rendered).flatMap(([name, service]) => [
      ...(service.cap_drop?.includes('ALL') ? [] : [`${name} keeps capabilities`]),
      ...(service.cap_add ?? []).map((capability) => `${name} adds ${capability}`),
      ...(service.privileged ? [`${name} is privileged`] : []),
      ...(service.read_only ? [] : [`${name} writes its root file system`]),
      ...(service.security_opt?.includes('no-new-privileges:true') ? [] : [`${name} may gain privileges`]),
    ]),
  unavoidable: {},
};

/** What a service may have that it should not; its own type does not know all of it. */
interface Service {
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string | number }[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly security_opt?: readonly string[];
}

function services({ platform }: Rendered): [string, Service][] {
  return Object.entries((platform as Output).document.services);
}

/** The output without the runtime's configuration, whose hash is part of a path. */
function withoutConfig(output: Output): unknown {
  const [path] = output.files.find(([file]) => CONFIG.test(file))!;
  const rest = { ...output, files: output.files.filter(([file]) => file !== path) };
  return JSON.parse(JSON.stringify(rest).replaceAll(path, '<config>'));
}
