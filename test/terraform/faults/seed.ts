import type { ProviderName } from '../judge/provider-package';
import { rules } from '../judge/rules/judge';
import type { Fault, Rule } from '../judge/rules/rule';
import type { Diagnostic, Workspace } from '../judge/terraform';
import type { Configuration } from '../judge/used-types';
import { kinds } from './kinds';
import { soundAzure } from './sound-azure';
import { soundGoogle } from './sound-google';
import { type Sound, spoil } from './spoil';

const SOUND: Readonly<Record<ProviderName, Sound>> = { azurerm: soundAzure, google: soundGoogle };
const PROVIDER: Readonly<Record<ProviderName, object>> = {
  azurerm: { features: [{}], subscription_id: '00000000-0000-0000-0000-000000000000' },
  google: { project: 'my-project', region: 'europe-west1' },
};

/** A mistake put into a configuration, and what terraform must say of it. */
export interface Seeded {
  readonly name: string;
  readonly type: string;
  readonly fault: Fault;
  readonly says: RegExp;
}

export interface Verdict {
  readonly seeded: number;
  /** What was not noticed, and what was said instead. */
  readonly missed: readonly string[];
  readonly seconds: number;
}

/** The sound configuration of a provider: nothing in it may be refused. */
export function soundConfiguration(provider: ProviderName): Configuration {
  const resources = Object.entries(SOUND[provider]).map(([type, sound]) => [type, { sound }]);
  return { provider: { [provider]: [PROVIDER[provider]] }, resource: Object.fromEntries(resources) };
}

/** Every kind of mistake, and every fault of every rule for resources of a provider. */
export function seededFaults(provider: ProviderName): Seeded[] {
  const general = kinds[provider].map(({ kind, type, fault, says }) => ({ name: kind, type, fault, says }));
  return [
    ...general,
    ...rulesOf(provider).flatMap((rule) => rule.faults.map((fault) => seededBy(rule, fault))),
  ];
}

/** Rules on resources of a provider. */
export function rulesOf(provider: ProviderName): Rule[] {
  return rules.filter(({ types }) => types[0]!.startsWith(`${provider}_`));
}

/** Puts every fault into one configuration, each in a file of its own, and asks terraform once. */
export async function judgeFaults(
  workspace: Workspace,
  provider: ProviderName,
  faults: readonly Seeded[],
): Promise<Verdict> {
  const { diagnostics, seconds } = await validate(workspace, provider, faults);
  const missed = faults.flatMap(({ name, says }, i) => {
    const said = diagnostics.filter(
      ({ severity, range }) => severity === 'error' && range?.filename === file(i),
    );
    const text = said.map(({ summary, detail }) => `${summary} ${detail ?? ''}`);
    return text.some((line) => says.test(line)) ? [] : [`${name}: ${text.join(' | ') || 'nothing was said'}`];
  });
  return { seeded: faults.length, missed, seconds };
}

/** Puts every edge of what the rules allow into one configuration; no rule may refuse its own edge. */
export async function judgeEdges(workspace: Workspace, provider: ProviderName): Promise<Verdict> {
  const edges = rulesOf(provider).flatMap((rule) => rule.edges.map((edge) => seededBy(rule, edge)));
  const { diagnostics, seconds } = await validate(workspace, provider, edges);
  const missed = diagnostics.flatMap(({ summary, range }) => {
    const edge = edges.find((_, i) => range?.filename === file(i));
    return edge?.says.test(summary) ? [`${edge.name} was refused: ${summary}`] : [];
  });
  return { seeded: edges.length, missed, seconds };
}

async function validate(workspace: Workspace, provider: ProviderName, seeded: readonly Seeded[]) {
  const files = seeded.map(({ type, fault }, i): [string, Configuration] => {
    const sound = SOUND[provider][type];
    if (sound === undefined) throw new Error(`no sound ${type} to put a fault into`);
    return [`f${i}`, { resource: { [type]: { [`f${i}`]: spoil(sound, fault) } } }];
  });
  await workspace.configure({ sound: soundConfiguration(provider), ...Object.fromEntries(files) });
  const result: { diagnostics: readonly Diagnostic[]; seconds: number } = await workspace.validate();
  return result;
}

function seededBy({ id, types }: Rule, fault: Fault): Seeded {
  const escaped = id.replaceAll('.', '\\.');
  return {
    name: `${id} ${JSON.stringify(fault)}`,
    type: types[0]!,
    fault,
    says: new RegExp(`\\[${escaped}\\]`),
  };
}

function file(i: number): string {
  return `f${i}.tf.json`;
}
