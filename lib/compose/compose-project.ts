import path from 'node:path';
import { RootConstruct } from 'constructs';
import { Checker } from './checker';
import { ComposeFile, ComposeService } from './compose-elements';
import type { ProjectEndpoint } from './project-endpoint';
import { ProjectPrometheus, type PrometheusOptions } from './prometheus';
import { rolloutScript } from './rollout-script';
import { type ComposeDocument, composeDocument, writeProject } from './write-project';

const PROJECT = Symbol.for('inferstack.ComposeProject');

export interface ComposeProjectProps {
  /** Name of the Compose project: what `docker compose -p` takes. Lower-case letters, digits, dashes, underscores. */
  readonly name: string;
  /** Where the files are written; the environment variable INFERSTACK_COMPOSE_OUTDIR comes before it. @default 'compose.out' */
  readonly outdir?: string;
  /** Runs Prometheus as a service of the project. @default - none: rules, scrape configuration and dashboards are files for yours */
  readonly prometheus?: PrometheusOptions;
}

/**
 * A Compose file and what it needs, for one host with Docker and nothing else. Every endpoint of the host that is
 * rolled out together is created below it.
 *
 * @example
 * const project = new ComposeProject({ name: 'models' });
 * new ModelEndpoint(project, 'Digits', { target: new ComposeEndpoint(), ... });
 * project.synth();
 * @throws ProblemError COMPOSE_NAME, COMPOSE_OPTION
 */
export class ComposeProject extends RootConstruct {
  /** Whether a construct is a project, also one of another copy of this library. */
  static isProject(construct: unknown): construct is ComposeProject {
    return typeof construct === 'object' && construct !== null && PROJECT in construct;
  }

  readonly name: string;
  /** Absolute path. */
  readonly outdir: string;
  /** The service, with `prometheus`. */
  readonly prometheus: ComposeService | undefined;
  readonly [PROJECT]: true = true;
  private readonly monitor: ProjectPrometheus | undefined;
  private readonly rollout: ComposeFile;
  private readonly endpoints: ProjectEndpoint[] = [];

  constructor(props: ComposeProjectProps) {
    super();
    this.name = props.name;
    checkName(props.name);
    this.outdir = path.resolve(process.env['INFERSTACK_COMPOSE_OUTDIR'] ?? props.outdir ?? 'compose.out');
    this.monitor =
      props.prometheus === undefined ? undefined : new ProjectPrometheus(this, props.name, props.prometheus);
    this.prometheus = this.monitor?.service;
    this.rollout = new ComposeFile(this, 'Rollout', 'rollout.sh', this.script());
  }

  /** Makes an endpoint known to Prometheus and to rollout.sh. Called by targets. */
  addEndpoint(endpoint: ProjectEndpoint): void {
    this.endpoints.push(endpoint);
    this.monitor?.add(endpoint);
    this.rollout.content = this.script();
  }

  /** The Compose file as it would be written. */
  toDocument(): ComposeDocument {
    return composeDocument(this, this.name);
  }

  /**
   * Writes compose.yaml, rollout.sh and the files they name into `outdir`. The same program writes the same bytes.
   *
   * @throws ProblemError COMPOSE_EMPTY
   */
  synth(): void {
    const check = new Checker(this.name);
    if (!this.node.findAll().some((element) => element instanceof ComposeService)) {
      check.add('COMPOSE_EMPTY', 'services', {
        what: 'there is nothing to run',
        got: undefined,
        allowed: 'at least one endpoint',
        remedy: 'Create a ModelEndpoint below the project before synth().',
      });
    }
    check.throwAll();
    writeProject(this, this.toDocument(), this.outdir);
  }

  private script(): string {
    return rolloutScript(this.endpoints, this.monitor !== undefined);
  }
}

/** https://github.com/compose-spec/compose-spec/blob/main/04-version-and-name.md */
function checkName(name: string): void {
  const check = new Checker('ComposeProject');
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    check.add('COMPOSE_NAME', 'name', {
      what: 'the name of the project is not usable',
      got: name,
      allowed: 'lower-case letters, digits, dashes and underscores, a letter or digit first, at most 63',
      remedy: 'Correct the name.',
    });
  }
  check.throwAll();
}
