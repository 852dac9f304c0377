/** A name that a platform gave a model, and where it says the model lies. */
export interface ModelAlias {
  readonly model: string;
  readonly version: string | undefined;
  readonly url: string;
}

/** Names by which a platform knows models; it makes them up and keeps no record of ours. */
export type ModelAliases = Map<string, ModelAlias>;
