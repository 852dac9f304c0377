import { Construct } from 'constructs';
import type { NetworkDefinition, SecretDefinition, ServiceDefinition } from './service-definition';

/** A service of the Compose file. Change `definition` until the project is synthesized. */
export class ComposeService extends Construct {
  constructor(
    scope: Construct,
    id: string,
    /** Name in the Compose file, and host name inside its networks. */
    readonly name: string,
    public definition: ServiceDefinition,
  ) {
    super(scope, id);
  }
}

/** A network of the Compose file. */
export class ComposeNetwork extends Construct {
  constructor(
    scope: Construct,
    id: string,
    readonly name: string,
    public definition: NetworkDefinition = {},
  ) {
    super(scope, id);
  }
}

/** A secret of the Compose file: where it is, never what. */
export class ComposeSecret extends Construct {
  constructor(
    scope: Construct,
    id: string,
    readonly name: string,
    public definition: SecretDefinition,
  ) {
    super(scope, id);
  }
}

/** A file that is written beside the Compose file. Change `content` until the project is synthesized. */
export class ComposeFile extends Construct {
  constructor(
    scope: Construct,
    id: string,
    /** Relative to the Compose file, with forward slashes. */
    readonly path: string,
    public content: string,
  ) {
    super(scope, id);
  }
}

/** Files that are copied beside the Compose file, unchanged, into a directory named after their content. */
export class ComposeDirectory extends Construct {
  constructor(
    scope: Construct,
    id: string,
    /** Relative to the Compose file, with forward slashes. Written once: its name stands for its content. */
    readonly path: string,
    readonly source: string,
    /** Files below `source` and `path`, with forward slashes. */
    readonly files: readonly string[],
  ) {
    super(scope, id);
  }
}
