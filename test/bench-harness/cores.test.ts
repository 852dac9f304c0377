import { allowedCores, layout, pinned } from '../../runtime/bench/harness/cores';

test('one core for the server, another for the client', () => {
  expect(layout('one-core', [0, 1])).toEqual({
    name: 'one-core',
    server: [0],
    client: [1],
    shared: false,
    workers: 1,
  });
});

test('two cores: the client goes elsewhere if it can, and says so if it cannot', () => {
  expect(layout('two-cores', [0, 1, 2, 3])).toMatchObject({ server: [0, 1], client: [2, 3], shared: false });
  expect(layout('two-cores', [0, 1])).toMatchObject({ server: [0, 1], client: [0, 1], shared: true });
});

test('a single core is refused: client and server would measure each other', () => {
  expect(() => layout('one-core', [3])).toThrow('allowed here: 3');
});

test('reads the allowed cores as Linux writes them', () => {
  expect(allowedCores('Name:\tnode\nCpus_allowed_list:\t0-2,5,8-9\n')).toEqual([0, 1, 2, 5, 8, 9]);
});

test('a pinned command keeps its arguments', () => {
  expect(pinned([0, 2], ['node', 'a b'])).toEqual(['taskset', '--cpu-list', '0,2', 'node', 'a b']);
});
