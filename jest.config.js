const { availableParallelism } = require('node:os');

/** Types are checked apart by `npm run typecheck`; swc only strips them here. */
module.exports = {
  testEnvironment: '<rootDir>/test/environment.js',
  // A guard against hanging, not a measure: tests start real processes on busy machines.
  testTimeout: 120_000,
  // Much of the time is spent waiting for processes.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // What takes half a minute and more, or needs more than Node.js: `npm run test:slow`.
  testPathIgnorePatterns: ['/node_modules/', '\\.slow\\.test\\.ts$'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/runtime/dist/', '<rootDir>/out/'],
  // Published as ES modules alone; Node.js loads them by import(), jest has to be given CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!hyparquet|hysnappy|fzstd)'],
  transform: {
    '^.+/node_modules/(hyparquet|hysnappy|fzstd).*\\.m?js$': [
      '@swc/jest',
      { jsc: { target: 'es2023' }, module: { type: 'commonjs' } },
    ],
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023', keepClassNames: true },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    // Dynamic imports name the compiled file.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^inferstack$': '<rootDir>/lib/index.ts',
    '^inferstack/(aws|azure|compose|gcp|kubernetes|local|testing)$': '<rootDir>/lib/$1/index.ts',
    '^@inferstack/runtime/(contract|model|inference|loading)$': '<rootDir>/runtime/src/$1/index.ts',
    '^@inferstack/runtime/errors$': '<rootDir>/runtime/src/errors.ts',
  },
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  setupFiles: ['<rootDir>/test/setup.js'],
};
