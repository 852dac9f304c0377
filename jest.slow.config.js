/** Tests of minutes: every target started, releases by their script, rollouts under traffic. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['**/*.slow.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
