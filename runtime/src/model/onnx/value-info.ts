import type { Dtype } from '../../contract';
import type { OnnxDimension, OnnxValue } from './onnx-graph';
import type { ProtobufReader } from './protobuf-reader';

/** TensorProto.DataType by number, with the dtype it is served as. */
const ELEMENT_TYPES: readonly (readonly [onnx: string, dtype?: Dtype])[] = [
  ['UNDEFINED'],
  ['FLOAT', 'FP32'],
  ['UINT8', 'UINT8'],
  ['INT8', 'INT8'],
  ['UINT16', 'UINT16'],
  ['INT16', 'INT16'],
  ['INT32', 'INT32'],
  ['INT64', 'INT64'],
  ['STRING', 'BYTES'],
  ['BOOL', 'BOOL'],
  ['FLOAT16', 'FP16'],
  ['DOUBLE', 'FP64'],
  ['UINT32', 'UINT32'],
  ['UINT64', 'UINT64'],
  ['COMPLEX64'],
  ['COMPLEX128'],
  ['BFLOAT16', 'BF16'],
  ['FLOAT8E4M3FN'],
  ['FLOAT8E4M3FNUZ'],
  ['FLOAT8E5M2'],
  ['FLOAT8E5M2FNUZ'],
  ['UINT4'],
  ['INT4'],
  ['FLOAT4E2M1'],
];

/** TypeProto: which field is set decides what the value is. */
const KINDS: Readonly<Record<number, OnnxValue['kind']>> = {
  1: 'tensor',
  4: 'sequence',
  5: 'map',
  7: 'opaque',
  8: 'sparse tensor',
  9: 'optional',
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** ValueInfoProto: name = 1, type = 2. */
export function readValueInfo(reader: ProtobufReader): OnnxValue {
  const value: Mutable<OnnxValue> = {
    name: '',
    kind: 'unknown',
    dtype: undefined,
    elementType: undefined,
    shape: undefined,
  };
  reader.message((field) => {
    if (field === 1) value.name = reader.text();
    else if (field === 2) readType(reader, value);
    else return false;
    return true;
  });
  return value;
}

function readType(reader: ProtobufReader, value: Mutable<OnnxValue>): void {
  reader.message((field) => {
    const kind = KINDS[field];
    if (kind === undefined) return false;
    value.kind = kind;
    if (kind !== 'tensor') return false;
    readTensorType(reader, value);
    return true;
  });
}

/** TypeProto.Tensor: elem_type = 1, shape = 2. */
function readTensorType(reader: ProtobufReader, value: Mutable<OnnxValue>): void {
  reader.message((field) => {
    if (field === 1) {
      const type = reader.integer();
      const [name, dtype] = ELEMENT_TYPES[type] ?? [`element type ${type}`];
      value.elementType = name;
      value.dtype = dtype;
    } else if (field === 2) {
      value.shape = readShape(reader);
    } else {
      return false;
    }
    return true;
  });
}

/** TensorShapeProto: dim = 1. */
function readShape(reader: ProtobufReader): OnnxDimension[] {
  const shape: OnnxDimension[] = [];
  reader.message((field) => {
    if (field !== 1) return false;
    shape.push(readDimension(reader));
    return true;
  });
  return shape;
}

/** Dimension: dim_value = 1, dim_param = 2. Exporters write -1 or an empty name for a size they do not know. */
function readDimension(reader: ProtobufReader): OnnxDimension {
  let dimension: OnnxDimension = null;
  reader.message((field) => {
    if (field === 1) dimension = reader.integer();
    else if (field === 2) dimension = reader.text();
    else return false;
    return true;
  });
  return dimension === '' || (typeof dimension === 'number' && dimension < 0) ? null : dimension;
}
