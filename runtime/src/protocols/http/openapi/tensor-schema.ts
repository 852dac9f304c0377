import { type Dimension, type InputSpec, isFloat, type Manifest, type OutputSpec } from '../../../contract';
import { compact, type Schema } from './schema';
import { elementSchema, isOptional, nestedSchema } from './value-schema';

const PARAMETERS: Schema = { type: 'object' };

/** An inference request of the Open Inference Protocol for one model. */
export function inferRequestSchema({ signature }: Manifest): Schema {
  const { inputs, outputs } = signature;
  return {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string', description: 'Comes back in the response.' },
      parameters: PARAMETERS,
      inputs: tensors(inputs.map(inputTensor)),
      outputs: {
        type: 'array',
        description: 'Outputs wanted, in this order; without it all of them.',
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { enum: outputs.map(({ name }) => name) }, parameters: PARAMETERS },
        },
      },
    },
  };
}

/** The response: every output that was wanted. */
export function inferResponseSchema({ name, version, signature }: Manifest): Schema {
  return {
    type: 'object',
    required: ['model_name', 'model_version', 'outputs'],
    properties: {
      model_name: { const: name },
      model_version: { const: version },
      id: { type: 'string' },
      outputs: { type: 'array', items: oneOf(signature.outputs.map(outputTensor)) },
    },
  };
}

function tensors(schemas: readonly Schema[]): Schema {
  return { type: 'array', minItems: schemas.length, maxItems: schemas.length, items: oneOf(schemas) };
}

function oneOf(schemas: readonly Schema[]): Schema {
  return schemas.length === 1 ? schemas[0]! : { oneOf: schemas };
}

function inputTensor(spec: InputSpec): Schema {
  const { dtype, columns, range, shape } = spec;
  const nullable = isFloat(dtype) && (columns ?? []).some((column) => isOptional(column, dtype));
  const element = elementSchema(dtype, columns ? undefined : range, nullable);
  return tensor(spec, {
    description: 'Flat in row-major order, or nested as the shape says. Raw bytes behind the JSON need none.',
    anyOf: [{ type: 'array', items: element }, nestedSchema(shape, element)],
  });
}

function outputTensor(spec: OutputSpec): Schema {
  // JSON has no NaN and no Infinity: null stands for both.
  return tensor(spec, { type: 'array', items: elementSchema(spec.dtype, undefined, isFloat(spec.dtype)) });
}

function tensor({ name, dtype, shape, ...rest }: InputSpec | OutputSpec, data: Schema): Schema {
  return compact({
    type: 'object',
    description: 'description' in rest ? rest.description : undefined,
    required: ['name', 'datatype', 'shape'],
    properties: {
      name: { const: name },
      datatype: { const: dtype },
      shape: shapeSchema(shape),
      data,
      parameters: PARAMETERS,
    },
  });
}

function shapeSchema(shape: readonly Dimension[]): Schema {
  const prefixItems = shape.map((size) =>
    typeof size === 'number' ? { const: size } : { type: 'integer', minimum: 0, title: size },
  );
  const sizes = { minItems: shape.length, maxItems: shape.length };
  return prefixItems.length === 0 ? { type: 'array', ...sizes } : { type: 'array', prefixItems, ...sizes };
}
