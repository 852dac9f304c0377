import type { Dtype } from '../../contract';
import type { GraphEnds } from './graph-ends';

/** A dimension: its size, its symbolic name, or null when the graph says nothing. */
export type OnnxDimension = number | string | null;

/** An input or output as the graph declares it. */
export interface OnnxValue {
  readonly name: string;
  readonly kind: 'tensor' | 'sparse tensor' | 'sequence' | 'map' | 'optional' | 'opaque' | 'unknown';
  /** Element type; undefined for what is not a tensor, or for an element type that cannot be served. */
  readonly dtype: Dtype | undefined;
  /** Element type in the words of ONNX, for example `FLOAT8E4M3FN`. */
  readonly elementType: string | undefined;
  /** Undefined when the graph does not tell the rank. */
  readonly shape: readonly OnnxDimension[] | undefined;
}

/** A file beside the graph that holds weights. */
export interface ExternalData {
  /** Path as the graph writes it, relative to the graph's directory. */
  readonly location: string;
  /** The file must be at least this long for every tensor in it to be complete. */
  readonly minBytes: number;
}

/** What the header of an ONNX file tells, without its weights. */
export interface OnnxGraph {
  /** Size of the file itself. */
  readonly bytes: number;
  readonly irVersion: number | undefined;
  readonly producer: { readonly name: string; readonly version: string };
  /** Operator set versions by domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Custom metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Inputs a caller must give: those without an initializer of the same name. */
  readonly inputs: readonly OnnxValue[];
  /** Names of inputs that have a value inside the graph. */
  readonly defaultedInputs: readonly string[];
  readonly outputs: readonly OnnxValue[];
  /** How often each operator occurs, subgraphs and functions included; `domain::Name` outside the default domain. */
  readonly operators: Readonly<Record<string, number>>;
  readonly ends: GraphEnds;
  readonly externalData: readonly ExternalData[];
  /** Size of all weights, in the graph and beside it. */
  readonly initializerBytes: number;
}
