import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractModelArchive, openModelPackage } from '@inferstack/runtime/model';
import { ModelDelivery } from 'inferstack/kubernetes';
import { at } from './support/manifest';
import { bindPlan, synthesize } from './support/synthesize';

const uri = (delivery: ModelDelivery) =>
  synthesize({ model: delivery }).endpoint.runtimeConfig.models[0]!.uri;

describe('embedded', () => {
  const { endpoint, find } = synthesize();
  const digest8 = endpoint.plan.models[0].digest.slice('sha256:'.length).slice(0, 8);
  const map = find('ConfigMap', `-model-${digest8}`);

  test('the ConfigMap holds the very package that was checked', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
    try {
      const archive = path.join(directory, 'model.tar.gz');
      writeFileSync(archive, Buffer.from(map.binaryData!['model.tar.gz']!, 'base64'));
      await extractModelArchive(archive, path.join(directory, 'package'));
      expect(openModelPackage(path.join(directory, 'package')).digest).toBe(endpoint.plan.models[0].digest);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('it is immutable, mounted read-only, and loaded from there', () => {
    expect(at(map, 'immutable')).toBe(true);
    const pod = at(find('Deployment'), 'spec.template.spec');
    expect(at(pod, 'volumes')).toContainEqual({ name: 'model', configMap: { name: map.metadata.name } });
    expect(at(pod, 'containers.0.volumeMounts')).toContainEqual({
      name: 'model',
      mountPath: '/var/lib/inferstack/model',
      readOnly: true,
    });
    expect(endpoint.runtimeConfig.models[0]!.uri).toBe('/var/lib/inferstack/model/model.tar.gz');
  });

  test('a package that does not fit is refused with the way out', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
    try {
      writeFileSync(path.join(directory, 'model.onnx'), Buffer.alloc(800_000, 7));
      const files = [{ path: 'model.onnx', bytes: 800_000, sha256: '0'.repeat(64) }];
      const { plan } = endpoint;
      const large = { ...plan, models: [{ ...plan.models[0], directory, files }] as const };
      expect(() => bindPlan(large)).toThrow(/KUBERNETES_MODEL_TOO_LARGE.*fromUrl/s);
      expect(bindPlan(large, { model: ModelDelivery.fromUrl('s3://models') })).toHaveLength(11);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('from a URL', () => {
  test('the package lies below the base, by model, version and digest', () => {
    const hex = synthesize().endpoint.plan.models[0].digest.slice('sha256:'.length);
    expect(uri(ModelDelivery.fromUrl('s3://models/production/'))).toBe(
      `s3://models/production/breast-cancer/1/${hex}.tar.gz`,
    );
    expect(uri(ModelDelivery.fromUrl('https://models.example.com'))).toBe(
      `https://models.example.com/breast-cancer/1/${hex}.tar.gz`,
    );
  });

  test('credentials come from a Secret that is named and never written', () => {
    const model = ModelDelivery.fromUrl('s3://models', { secretName: 'store' });
    const { find, manifests } = synthesize({ model });
    const container = at(find('Deployment'), 'spec.template.spec.containers.0');
    expect(at(container, 'envFrom')).toEqual([{ secretRef: { name: 'store' } }]);
    expect(manifests.map((m) => m.kind)).not.toContain('Secret');
  });

  test.each([
    'http://models.example.com',
    'models/here',
    'https://user:secret@models.example.com',
    'https://models.example.com/?sig=secret',
    'ftp://models.example.com',
  ])('refuses %s without repeating a secret', (url) => {
    const failure = () => synthesize({ model: ModelDelivery.fromUrl(url) });
    expect(failure).toThrow(/KUBERNETES_MODEL_URL/);
    expect(failure).not.toThrow(/got.*secret(?!N)/);
  });
});

describe('from a volume', () => {
  test('the package directory lies by model and version, read-only', () => {
    const { endpoint, find } = synthesize({ model: ModelDelivery.fromVolumeClaim('models', 'released') });
    const pod = at(find('Deployment'), 'spec.template.spec');
    expect(endpoint.runtimeConfig.models[0]!.uri).toBe('/var/lib/inferstack/model/breast-cancer/1');
    expect(at(pod, 'volumes')).toContainEqual({
      name: 'model',
      persistentVolumeClaim: { claimName: 'models', readOnly: true },
    });
    expect(at(pod, 'containers.0.volumeMounts')).toContainEqual({
      name: 'model',
      mountPath: '/var/lib/inferstack/model',
      subPath: 'released',
      readOnly: true,
    });
  });

  test.each(['/absolute', '../above', 'a/../../b', ''])('refuses the subPath %p', (subPath) => {
    const model = ModelDelivery.fromVolumeClaim('models', subPath);
    expect(() => synthesize({ model })).toThrow(/KUBERNETES_OPTION.*subPath/);
  });
});
