import type { FeatureLookup, FeatureSourceConfig } from '../contract';
import { feastProtocol } from './feast';
import { hopsworksProtocol } from './hopsworks';
import { httpProtocol } from './http-service';
import type { StoreProtocol, Wanted } from './store-protocol';
import { tectonProtocol } from './tecton';

type Make<Type extends FeatureSourceConfig['type']> = (
  source: Extract<FeatureSourceConfig, { readonly type: Type }>,
  wanted: Wanted,
) => StoreProtocol;

const PROTOCOLS: { readonly [Type in FeatureSourceConfig['type']]: Make<Type> } = {
  feast: feastProtocol,
  tecton: tectonProtocol,
  hopsworks: hopsworksProtocol,
  http: httpProtocol,
};

/** How the store of a lookup is spoken to. */
export function protocolOf({ source, keys, features }: FeatureLookup): StoreProtocol {
  const make: (source: never, wanted: Wanted) => StoreProtocol = PROTOCOLS[source.type];
  return make(source as never, { keys, features: features.map(({ feature }) => feature) });
}
