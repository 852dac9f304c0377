import fs from 'node:fs';
import path from 'node:path';
import { modelName, modelVersion, type Problem, throwProblems } from '@inferstack/runtime/contract';
import { checkServed, inspectOnnx, type OnnxGraph } from '@inferstack/runtime/model';
import { UsageError } from '../cli-io';
import { type DraftSignature, draftSignature } from './draft-signature';
import { generateSample } from './generate-sample';
import { type CardDraft, type ManifestDraft, manifestText } from './manifest-text';

export interface PackageOrder {
  /** The exported graph. */
  readonly file: string;
  /** Directory to create; may exist if it is empty. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** What is known of the card. @default - nothing */
  readonly card?: CardDraft;
  /** Adds what is known beyond the graph. @default - the graph alone */
  readonly describe?: (signature: DraftSignature) => DraftSignature;
  /** Writes golden samples and more. @default - one sample of made-up inputs */
  readonly contents?: (draft: GraphDraft) => Promise<PackageContents>;
}

/** A draft whose graph lies in the directory already. */
export type GraphDraft = ManifestDraft & { readonly graph: string };

/** File name -> text, and what the reader should know of them. */
export interface PackageContents {
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

export interface CreatedPackage {
  /** Written files, relative to the working directory. */
  readonly files: readonly string[];
  /** What the reader should know, for example why there is no sample. */
  readonly notes: readonly string[];
}

/** The name every manifest defaults to. */
const GRAPH = 'model.onnx';

/** Creates the directory of a package around a graph. Nothing stays behind when it fails. */
export async function createPackage(order: PackageOrder): Promise<CreatedPackage> {
  checkOrder(order);
  const graph = inspectOnnx(order.file);
  throwProblems(checkServed(order.file, graph), order.file);
  const copies = filesToCopy(order.file, graph);
  fs.mkdirSync(order.directory, { recursive: true });
  try {
    return await fill(order, graph, copies);
  } catch (error) {
    fs.rmSync(order.directory, { recursive: true, force: true });
    throw error;
  }
}

function checkOrder({ directory, name, version }: PackageOrder): void {
  for (const [option, schema, value] of [
    ['--name', modelName, name],
    ['--version', modelVersion, version],
  ] as const) {
    const { error } = schema.safeParse(value);
    if (error !== undefined) throw new UsageError(`${option} ${value}: ${error.issues[0]!.message}`);
  }
  const found = fs.statSync(directory, { throwIfNoEntry: false });
  if (found === undefined || (found.isDirectory() && fs.readdirSync(directory).length === 0)) return;
  throw new UsageError(`${directory} exists already; choose another directory with --out`);
}

async function fill(
  { directory, name, version, card, describe, contents = madeUpSample }: PackageOrder,
  graph: OnnxGraph,
  copies: ReadonlyMap<string, string>,
): Promise<CreatedPackage> {
  for (const [to, from] of copies) {
    fs.mkdirSync(path.dirname(path.join(directory, to)), { recursive: true });
    fs.copyFileSync(from, path.join(directory, to), fs.constants.COPYFILE_EXCL);
  }
  const signature = describe?.(draftSignature(graph)) ?? draftSignature(graph);
  const draft: ManifestDraft = {
    directory,
    name,
    version,
    signature,
    ...(card === undefined ? {} : { card }),
  };
  const { files, notes } = await contents({ ...draft, graph: GRAPH });
  const texts = { 'model.yaml': manifestText(draft), ...files };
  for (const [file, text] of Object.entries(texts)) fs.writeFileSync(path.join(directory, file), text);
  const created = [...copies.keys(), ...Object.keys(texts)];
  return { files: created.map((file) => path.relative('', path.join(directory, file))), notes };
}

async function madeUpSample(draft: GraphDraft): Promise<PackageContents> {
  const { sample, note } = await generateSample(draft);
  return {
    files: sample === undefined ? {} : { 'samples.jsonl': `${JSON.stringify(sample)}\n` },
    notes: [note],
  };
}

/** Path inside the package -> file to copy. External data keeps its place beside the graph, which names it. */
function filesToCopy(file: string, { externalData }: OnnxGraph): Map<string, string> {
  const copies = new Map([[GRAPH, path.resolve(file)]]);
  const problems: Problem[] = [];
  for (const { location } of externalData) {
    const inside = path.posix.normalize(location);
    const from = path.resolve(path.dirname(file), inside);
    if (path.posix.isAbsolute(location) || inside.startsWith('..') || location.includes('\\')) {
      problems.push(external(file, location, 'PACKAGE_PATH', 'leads outside the directory of the graph'));
    } else if (!fs.existsSync(from)) {
      problems.push(external(file, location, 'PACKAGE_FILE_MISSING', 'is missing beside the graph'));
    }
    copies.set(inside, from);
  }
  throwProblems(problems, file);
  return copies;
}

function external(at: string, location: string, code: string, what: string): Problem {
  return {
    code,
    at,
    what: `the external data file ${what}`,
    got: JSON.stringify(location),
    remedy:
      'Export the model again with its external data in the same directory, and keep the files together.',
  };
}
