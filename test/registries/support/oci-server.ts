import { createHash } from 'node:crypto';
import { ArchiveServer } from '../../loading/support/archive-server';

export const sha256 = (bytes: Buffer | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What the registry holds, and what it asks for. */
export interface OciContents {
  /** Under `/v2/models/credit/manifests/`: by tag and digest. */
  readonly manifests: Map<string, string>;
  readonly blobs: Map<string, Buffer>;
  /** Token that pulls need. @default - none */
  token?: string;
  /** Credentials that the token service needs, base64 of `user:password`. @default - none */
  credentials?: string;
}

/**
 * A server that follows the pull half of the OCI distribution specification and Docker's token authentication, written
 * for these tests. The slow suite asks a real registry.
 */
export async function startOciServer(contents: OciContents): Promise<ArchiveServer> {
  const server = await new ArchiveServer().start();
  server.handler = (request, response) => {
    const url = new URL(request.url!, server.origin);
    const { authorization } = request.headers;
    if (url.pathname === '/token') {
      const refused = contents.credentials !== undefined && authorization !== `Basic ${contents.credentials}`;
      response.writeHead(refused ? 401 : 200, { 'content-type': 'application/json' });
      response.end(refused ? '{}' : JSON.stringify({ token: contents.token }));
      return;
    }
    if (contents.token !== undefined && authorization !== `Bearer ${contents.token}`) {
      const scope = 'repository:models/credit:pull';
      const challenge = `Bearer realm="${server.origin}/token",service="test",scope="${scope}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    const [, kind, name] = /^\/v2\/models\/credit\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    const found = kind === 'manifests' ? contents.manifests.get(name!) : contents.blobs.get(name ?? '');
    response.writeHead(found === undefined ? 404 : 200).end(found);
  };
  return server;
}

/** Puts an archive there as `oras push` does. */
export function pushArchive(contents: OciContents, tag: string, archive: Buffer): string {
  const digest = sha256(archive);
  contents.blobs.set(digest, archive);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
    layers: [{ mediaType: 'application/vnd.inferstack.model.v1.tar+gzip', digest, size: archive.length }],
  });
  contents.manifests.set(tag, manifest);
  contents.manifests.set(sha256(manifest), manifest);
  return sha256(manifest);
}
