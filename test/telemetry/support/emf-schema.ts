const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'],
];
const name = { type: 'string', minLength: 1, maxLength: 255 };
const count = { type: 'integer', minimum: 0 };

/** At most 100 different values; CloudWatch takes neither NaN nor Infinity, and JSON has none. */
const distribution = {
  type: 'object',
  required: ['Values', 'Counts', 'Min', 'Max', 'Sum', 'Count'],
  additionalProperties: false,
  properties: {
    Values: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'number' } },
    Counts: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'integer', minimum: 1 } },
    Min: { type: 'number' },
    Max: { type: 'number' },
    Sum: { type: 'number' },
    Count: count,
  },
};

const directive = {
  type: 'object',
  required: ['Namespace', 'Dimensions', 'Metrics'],
  additionalProperties: false,
  properties: {
    Namespace: { ...name, pattern: '^(?!AWS/)[\\w./#-]+$' },
    Dimensions: { type: 'array', minItems: 1, items: { type: 'array', maxItems: 30, items: name } },
    Metrics: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['Name', 'Unit'],
        additionalProperties: false,
        properties: { Name: name, Unit: { enum: UNITS } },
      },
    },
  },
};

/**
 * What the specification demands of a document, and of this runtime besides: that nothing is in it that nobody asked for.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const documentSchema = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      additionalProperties: false,
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: { type: 'array', minItems: 1, items: directive },
      },
    },
  },
  additionalProperties: { anyOf: [{ type: 'string', maxLength: 1024 }, { type: 'number' }, distribution] },
};
