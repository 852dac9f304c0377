/** A node of the graph itself, not of its subgraphs. */
export interface GraphNode {
  /** `domain::Name` outside the default domain. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Of classifiers: what they make of their raw scores, `SOFTMAX`, `LOGISTIC` and so on. */
  readonly postTransform: string | undefined;
}

/** What happens first to the inputs of a graph, and last to its outputs. */
export interface GraphEnds {
  /** By input: operators that work on it as it is. */
  readonly heads: Readonly<Record<string, readonly string[]>>;
  /** By output: the operator that makes its values, and what a classifier makes of its scores. */
  readonly tails: Readonly<Record<string, { readonly operator: string; readonly postTransform?: string }>>;
}

/** Operators that leave values as they are. */
const PASSING: ReadonlySet<string> = new Set([
  'Cast',
  'Concat',
  'Flatten',
  'Identity',
  'Reshape',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
  'ai.onnx.ml::FeatureVectorizer',
]);

/** Looks through operators that leave values as they are. A value is visited once: the depth of a graph is no limit. */
export function graphEnds(
  nodes: readonly GraphNode[],
  inputs: readonly string[],
  outputs: readonly string[],
): GraphEnds {
  const readers = new Map<string, GraphNode[]>();
  const makers = new Map<string, GraphNode>();
  for (const node of nodes) {
    for (const name of node.inputs) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
    for (const name of node.outputs) makers.set(name, node);
  }
  const made = outputs.flatMap((name) => {
    const tail = tailOf(name, makers);
    return tail === undefined ? [] : [[name, tail] as const];
  });
  return {
    heads: Object.fromEntries(inputs.map((name) => [name, headsOf(name, readers)])),
    tails: Object.fromEntries(made),
  };
}

function headsOf(input: string, readers: ReadonlyMap<string, readonly GraphNode[]>): string[] {
  const heads = new Set<string>();
  const seen = new Set([input]);
  // A set grows while it is gone through.
  for (const name of seen) {
    for (const { operator, outputs } of readers.get(name) ?? []) {
      if (PASSING.has(operator)) for (const output of outputs) seen.add(output);
      else heads.add(operator);
    }
  }
  return [...heads];
}

function tailOf(
  output: string,
  makers: ReadonlyMap<string, GraphNode>,
): GraphEnds['tails'][string] | undefined {
  const seen = new Set<string>();
  let name = output;
  for (;;) {
    const node = makers.get(name);
    if (node === undefined || seen.has(name)) return undefined;
    seen.add(name);
    const { operator, postTransform } = node;
    if (!PASSING.has(operator))
      return postTransform === undefined ? { operator } : { operator, postTransform };
    name = node.inputs[0] ?? '';
  }
}
