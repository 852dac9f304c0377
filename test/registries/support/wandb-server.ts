import { createHash } from 'node:crypto';
import { ArchiveServer } from '../../loading/support/archive-server';
import { selected } from './graphql-selection';

/** A file of an artifact; `kept` differs from `bytes` where the store has changed it. */
export interface KeptFile {
  readonly bytes: Buffer;
  readonly kept?: Buffer;
  /** Fields of the manifest's entry that differ. */
  readonly entry?: object;
}

export interface KeptVersion {
  readonly state?: string;
  readonly aliases: readonly string[];
  readonly files: Readonly<Record<string, KeptFile>>;
}

type Variables = Readonly<Record<string, string | number | null>>;

const ENTITY = 'risk-team';
const PROJECT = 'credit';
const COLLECTION = 'credit-risk';

/**
 * The part of a W&B server that gives artifacts, written for these tests: GraphQL at /graphql, manifest and files at
 * signed addresses. Fields and shapes are those that the client of W&B asks for and reads (wandb 0.31.0:
 * sdk/artifacts/_generated/operations.py, _models/manifest.py, artifact_manifest_entry.py).
 */
export class WandbStandIn {
  readonly server = new ArchiveServer();
  /** By number: the first is v0. */
  readonly versions: KeptVersion[] = [];
  /** Key without which nothing is answered. */
  key: string | undefined;
  /** Files a page of the list has at most. */
  page = 1000;

  async start(): Promise<this> {
    await this.server.start();
    this.server.handler = (request, response) => {
      const url = new URL(request.url!, this.server.origin);
      if (url.pathname.startsWith('/store/')) {
        const found = url.searchParams.get('signature') === 'secret' && this.stored(url.pathname);
        response.writeHead(found ? 200 : 403).end(found || undefined);
        return;
      }
      const wanted = `Basic ${Buffer.from(`api:${this.key}`).toString('base64')}`;
      if (this.key !== undefined && request.headers.authorization !== wanted) {
        response.writeHead(401).end();
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.stringify(this.graphql(Buffer.concat(chunks).toString()));
        response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      });
    };
    return this;
  }

  private graphql(body: string): object {
    const { query, variables } = JSON.parse(body) as { query: string; variables: Variables };
    try {
      return { data: selected(query, this.root(variables)) };
    } catch (error) {
      return { data: null, errors: [{ message: (error as Error).message }] };
    }
  }

  /** What arguments lead to: each question names one version. */
  private root(variables: Variables): object {
    const known = variables['entity'] === ENTITY && variables['project'] === PROJECT;
    const [collection, alias] = String(
      variables['name'] ?? `${variables['collection']}:${variables['alias']}`,
    ).split(':');
    const index = collection === COLLECTION ? this.indexOf(alias!) : -1;
    const byId = this.versions.findIndex((_, i) => idOf(i) === variables['id']);
    return {
      project: known
        ? {
            artifactCollectionMembership: index < 0 ? null : this.membership(index, variables),
            artifactCollection: {
              __typename: 'ArtifactSequence',
              artifactMembership: index < 0 ? null : this.membership(index, variables),
            },
          }
        : null,
      artifact: byId < 0 ? null : this.artifact(byId),
    };
  }

  private indexOf(alias: string): number {
    return this.versions.findIndex(({ aliases }, i) => alias === `v${i}` || aliases.includes(alias));
  }

  private membership(index: number, variables: Variables): object {
    const { files, aliases } = this.versions[index]!;
    const names = Object.keys(files);
    const start = Number(variables['cursor'] ?? 0);
    const end = Math.min(
      start + Math.min(this.page, Number(variables['perPage'] ?? this.page)),
      names.length,
    );
    return {
      __typename: 'ArtifactCollectionMembership',
      id: `membership-${index}`,
      versionIndex: index,
      createdAt: '2026-01-01T00:00:00Z',
      aliases: aliases.map((alias) => ({ __typename: 'ArtifactAlias', id: alias, alias })),
      artifactCollection: { __typename: 'ArtifactSequence', name: COLLECTION, project: PROJECT_INFO },
      artifact: this.artifact(index),
      files: {
        pageInfo: { __typename: 'PageInfo', endCursor: String(end), hasNextPage: end < names.length },
        edges: names.slice(start, end).map((name) => ({
          node: { __typename: 'File', name, directUrl: this.address(`${index}/files/${name}`) },
        })),
      },
    };
  }

  private artifact(index: number): object {
    const { state = 'COMMITTED', files, aliases } = this.versions[index]!;
    const sequence = { __typename: 'ArtifactSequence', name: COLLECTION, project: PROJECT_INFO };
    return {
      __typename: 'Artifact',
      ...{ id: idOf(index), artifactSequence: sequence, versionIndex: index, state },
      ...{ artifactType: { name: 'model' }, description: null, metadata: '{}', ttlDurationSeconds: -2 },
      ...{ ttlIsInherited: false, tags: [], historyStep: null, commitHash: 'c0ffee', digestAlgorithm: null },
      ...{ fileCount: Object.keys(files).length, createdAt: '2026-01-01T00:00:00Z', updatedAt: null },
      size: Object.values(files).reduce((sum, { bytes }) => sum + bytes.length, 0),
      digest: manifestDigest(files),
      aliases: aliases.map((alias) => ({
        __typename: 'ArtifactAlias',
        id: alias,
        alias,
        artifactCollection: sequence,
      })),
      currentManifest: { file: { directUrl: this.address(`${index}/manifest.json`) } },
    };
  }

  private address(key: string): string {
    return `${this.server.origin}/store/${key}?signature=secret`;
  }

  private stored(path: string): Buffer | undefined {
    const [, index, name] = /^\/store\/(\d+)\/(.+)$/.exec(path)!;
    const version = this.versions[Number(index)]!;
    if (name === 'manifest.json') return Buffer.from(JSON.stringify(manifest(version.files)));
    const file = version.files[decodeURI(name!.slice('files/'.length))]!;
    return file.kept ?? file.bytes;
  }
}

const PROJECT_INFO = { id: 'project', internalId: '1', name: PROJECT, entity: { name: ENTITY } };

const idOf = (index: number): string => Buffer.from(`Artifact:${index}`).toString('base64');

const md5 = (bytes: Buffer | string): string => createHash('md5').update(bytes).digest('base64');

function manifest(files: KeptVersion['files']): object {
  return {
    version: 1,
    storagePolicy: 'wandb-storage-policy-v1',
    storagePolicyConfig: { storageLayout: 'V2' },
    contents: Object.fromEntries(
      Object.entries(files).map(([name, { bytes, entry }]) => [
        name,
        { digest: md5(bytes), birthArtifactID: idOf(0), size: bytes.length, ...entry },
      ]),
    ),
  };
}

/** As `ArtifactManifestV1.digest` of the client computes it. */
function manifestDigest(files: KeptVersion['files']): string {
  const lines = Object.keys(files)
    .sort()
    .map((name) => `${name}:${md5(files[name]!.bytes)}\n`);
  return createHash('md5')
    .update(`wandb-artifact-manifest-v1\n${lines.join('')}`)
    .digest('hex');
}
