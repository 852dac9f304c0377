import type { ColumnSpec, Dimension, Manifest } from '../contract';

export type Signature = Manifest['signature'];

/** What a named-row caller and the baseline call one value. */
export interface Feature {
  readonly name: string;
  /** Where it stands below `signature`. */
  readonly path: readonly PropertyKey[];
  readonly input: Signature['inputs'][number];
  /** Undefined for an input that a row carries whole. */
  readonly column: ColumnSpec | undefined;
}

/** All columns, and the inputs without columns by their own name, in signature order. */
export function signatureFeatures(signature: Pick<Signature, 'inputs'>): Feature[] {
  return signature.inputs.flatMap((input, i): Feature[] => {
    const path = ['inputs', i];
    if (input.columns === undefined) return [{ name: input.name, path, input, column: undefined }];
    return input.columns.map((column, j) => ({
      name: column.name,
      path: [...path, 'columns', j],
      input,
      column,
    }));
  });
}

export const showShape = (shape: readonly (Dimension | null)[]): string =>
  `[${shape.map((dimension) => dimension ?? '?').join(', ')}]`;
