import type { Data } from './standard-library';
import { WorkflowError } from './workflow-error';

/** Variables of a subworkflow; those that a loop begins with are its own. */
export class Scope {
  private readonly variables = new Map<string, Data>();

  constructor(private readonly parent?: Scope) {}

  declare(name: string, value: Data): void {
    this.variables.set(name, value);
  }

  set(name: string, value: Data): void {
    const owner = this.ownerOf(name) ?? this;
    owner.variables.set(name, value);
  }

  get(name: string): Data {
    const owner = this.ownerOf(name);
    if (owner === undefined) throw new WorkflowError('KeyError', `no variable ${name}`);
    return owner.variables.get(name);
  }

  private ownerOf(name: string): Scope | undefined {
    return this.variables.has(name) ? this : this.parent?.ownerOf(name);
  }
}
