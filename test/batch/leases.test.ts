import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseAssignments } from '../../runtime/src/batch/run/assignments';
import { type Commit, Commits } from '../../runtime/src/batch/run/commits';
import { executionName } from '../../runtime/src/batch/run/run-names';
import { AzureBlobStore } from '../../runtime/src/batch/stores/azure-blob-store';
import { LocalStore } from '../../runtime/src/batch/stores/local-store';
import { parseBatchUri } from '../../runtime/src/batch/stores/location';
import type { BatchStore } from '../../runtime/src/batch/stores/store';
import type { StoreLocation } from '../../runtime/src/loading/package-uri';
import { temporaryFolder } from '../support/temporary-folder';
import { BlobServer } from './support/blob-server';

const LEASE_MS = 500;
const server = new BlobServer();
let stop: () => Promise<void>;
beforeAll(async () => {
  stop = await server.serve();
});
const ended = new AbortController();
afterAll(() => {
  ended.abort();
  return stop();
});

const stores: [string, () => BatchStore][] = [
  ['a disk', () => localStore()],
  ['Blob Storage', () => blobStore()],
];

function localStore(): LocalStore {
  const root = temporaryFolder();
  return new LocalStore(root, root);
}

let runs = 0;
const blobStore = () =>
  new AzureBlobStore(parseBatchUri(`azblob://account/patients/out/run-${runs++}`) as StoreLocation);

function worker(store: BatchStore, name: string, units = 1): LeaseAssignments {
  const { signal } = ended;
  return new LeaseAssignments(units, store, new Commits(store), { worker: name, leaseMs: LEASE_MS, signal });
}

/** As if all shards of the unit were scored. */
async function finish(store: BatchStore, unit: number): Promise<void> {
  const record = { unit, part: 0, from: 0, to: 1, last: true, token: 't', files: [] } as unknown as Commit;
  await store.create(`commits/0000${unit}-00000.json`, JSON.stringify(record));
}

describe.each(stores)('on %s', (_, open) => {
  test('many workers that start at once have a unit each, and none has one of another', async () => {
    const store = open();
    const given: number[] = [];
    const work = async (name: string): Promise<void> => {
      for await (const unit of worker(store, name, 6).next()) {
        given.push(unit);
        await sleep(20);
        await finish(store, unit);
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(work));
    expect(given.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await store.list('leases/')).toEqual([]);
  });

  test('a unit is kept for as long as its worker lives', async () => {
    const store = open();
    const slow = worker(store, 'slow').next();
    expect((await slow.next()).value).toBe(0);
    let taken = false;
    const waiting = worker(store, 'waiting').next();
    const next = waiting.next().then(({ done }) => {
      taken = done !== true;
    });
    await sleep(3 * LEASE_MS);
    expect(taken).toBe(false);
    await finish(store, 0);
    await slow.next();
    await next;
    expect(taken).toBe(false);
  });

  test('of those who wait for a worker that died one takes over; when it wakes up it takes nothing back', async () => {
    const store = open();
    const dead = worker(store, 'dead');
    const silent = dead.next();
    await silent.next();
    dead.close();
    const takers = ['a', 'b', 'c'].map((name) => worker(store, name).next());
    const nexts = takers.map((taker) => taker.next());
    const first = await Promise.race(nexts.map(async (next, i) => ((await next).done ? -1 : i)));
    expect(first).toBeGreaterThanOrEqual(0);
    const [claim] = (await store.list('leases/')).filter(({ key }) => key.endsWith('-00001.json'));
    expect(JSON.parse((await store.read(claim!.key))!)).toMatchObject({ worker: 'abc'[first] });
    // The late renewal of the dead one.
    await store.write(
      'leases/00000-00000.json',
      JSON.stringify({ worker: 'dead', until: Date.now() + 60_000 }),
    );
    await sleep(2 * LEASE_MS);
    expect(JSON.parse((await store.read(claim!.key))!)).toMatchObject({ worker: 'abc'[first] });
    await finish(store, 0);
    await takers[first]!.next();
    const others = await Promise.all(nexts.filter((_, i) => i !== first));
    expect(others.map(({ done }) => done)).toEqual([true, true]);
    expect(await store.list('leases/')).toEqual([]);
  });

  test('a worker that fails hands its unit back at once', async () => {
    const store = open();
    const failing = async (): Promise<void> => {
      for await (const _ of worker(store, 'failing').next()) throw new Error('bad data');
    };
    await expect(failing()).rejects.toThrow('bad data');
    expect(await store.list('leases/')).toEqual([]);
    const next = worker(store, 'next').next();
    expect((await next.next()).value).toBe(0);
    await next.return(undefined);
  });
});

test('whoever ends the run leaves the draft of a claim alone: its worker is about to link it', async () => {
  const store = localStore();
  await finish(store, 0);
  await store.write('leases/00000-00000.json', '{}');
  await store.write('leases/00000-00001.json.draft.tmp', '{}');
  expect((await worker(store, 'last').next().next()).done).toBe(true);
  expect((await store.list('leases/')).map(({ key }) => key)).toEqual(['leases/00000-00001.json.draft.tmp']);
});

test('replicas of an execution of Container Apps agree on its files', () => {
  expect(executionName({ CONTAINER_APP_JOB_EXECUTION_NAME: 'scores-x4f2' })).toBe('scores-x4f2');
});
