const { TestEnvironment } = require('jest-environment-node');

/**
 * Node with the typed arrays of the outer realm: native modules make theirs there, and an `instanceof` inside the
 * sandbox would refuse them.
 */
class SharedTypedArraysEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of TYPED_ARRAYS) this.global[name] = globalThis[name];
  }
}

const TYPED_ARRAYS = [
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Uint16Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

module.exports = SharedTypedArraysEnvironment;
