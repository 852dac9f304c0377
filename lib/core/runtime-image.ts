/** The container image as a target sees it. */
export type ImagePlan =
  | { readonly kind: 'source'; readonly directory: string }
  | { readonly kind: 'registry'; readonly reference: string; readonly pinned: boolean };

import { createRequire } from 'node:module';
import path from 'node:path';
import { type Problem, show } from '@inferstack/runtime/contract';
import { isUnresolved } from './unresolved';

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** The image that runs the model: one for every role and platform. */
export abstract class RuntimeImage {
  /**
   * Built from the runtime that ships with this library, by the platform's own asset pipeline. For targets whose
   * tool builds images (AWS); others refuse it and name what to do.
   */
  static fromSource(): RuntimeImage {
    return new SourceImage();
  }

  /**
   * Pulled from a registry. Production wants a digest: `registry.example.com/inferstack/runtime@sha256:...`.
   *
   * @param reference with a digest or an explicit tag; `latest` is refused.
   */
  static fromRegistry(reference: string): RuntimeImage {
    return new RegistryImage(reference);
  }

  abstract bind(at: string, problems: Problem[]): ImagePlan;
}

class SourceImage extends RuntimeImage {
  bind(): ImagePlan {
    const manifest = createRequire(__filename).resolve('@inferstack/runtime/package.json');
    return { kind: 'source', directory: path.dirname(manifest) };
  }
}

class RegistryImage extends RuntimeImage {
  constructor(private readonly reference: string) {
    super();
  }

  bind(at: string, problems: Problem[]): ImagePlan {
    if (!isUnresolved(this.reference)) this.check(at, problems);
    return { kind: 'registry', reference: this.reference, pinned: DIGEST.test(this.reference) };
  }

  private check(at: string, problems: Problem[]): void {
    const name = this.reference.replace(DIGEST, '');
    const tag = /:([\w][\w.-]{0,127})$/.exec(name)?.[1];
    const usable = /^[a-z0-9][\w.:/-]*$/.test(name) && tag !== 'latest';
    if (usable && (DIGEST.test(this.reference) || tag !== undefined)) return;
    problems.push({
      code: 'PLAN_IMAGE',
      at,
      what: 'the image reference does not name one version of the runtime',
      got: show(this.reference),
      allowed: 'name@sha256:<64 hex digits>, or name:tag with a tag other than latest',
      remedy: 'Push the runtime image and use the digest the registry reports.',
    });
  }
}
