import { issuesToProblems, type Manifest, manifestSchema, type Problem } from '../contract';
import { checkManifest, type ManifestParts } from './check-manifest';
import { DocumentReport } from './document-report';
import { type Locate, parseYaml } from './source-document';

export const MANIFEST_FILE = 'model.yaml';

/** A manifest that was read. Without `manifest` there were problems; the parts that are valid help to find more. */
export interface ReadManifest {
  readonly manifest: Manifest | undefined;
  readonly parts: ManifestParts;
  /** Path of the graph as written, or its default. */
  readonly graph: string;
  readonly locate: Locate;
}

/** Parses and checks model.yaml for itself, without the other files; undefined when it is not YAML. */
export function readManifest(text: string, problems: Problem[]): ReadManifest | undefined {
  const source = parseYaml(MANIFEST_FILE, text, 'MANIFEST_SYNTAX', problems);
  if (source === undefined) return undefined;
  const { value, locate } = source;
  const result = manifestSchema.safeParse(value);
  if (!result.success) {
    problems.push(...issuesToProblems(result.error, value, 'MANIFEST_INVALID', (_, path) => locate(path)));
  }
  const parts = result.success ? whole(result.data) : validParts(value);
  checkManifest(new DocumentReport('MANIFEST_INCONSISTENT', locate, problems), parts);
  return { manifest: result.data, parts, graph: result.data?.graph ?? graphOf(value), locate };
}

const whole = ({
  signature,
  preprocessing,
  postprocessing,
  prediction,
  metrics,
}: Manifest): ManifestParts => ({
  signature,
  preprocessing,
  postprocessing,
  prediction,
  metrics,
});

function validParts(value: unknown): ManifestParts {
  const { signature, preprocessing, postprocessing, prediction, metrics } = manifestSchema.shape;
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return {
    signature: signature.safeParse(fields['signature']).data,
    preprocessing: preprocessing.safeParse(fields['preprocessing']).data,
    postprocessing: postprocessing.safeParse(fields['postprocessing']).data,
    prediction: prediction.safeParse(fields['prediction']).data,
    metrics: metrics.safeParse(fields['metrics']).data,
  };
}

function graphOf(value: unknown): string {
  const { graph } = manifestSchema.shape;
  const written = (value as { graph?: unknown } | null)?.graph;
  return graph.safeParse(written).data ?? graph.parse(undefined);
}
