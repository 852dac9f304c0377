import { CLIENT_CONTRACTS, CONTRACTS_REFUSED_TOGETHER } from '../../../runtime/src/contract';
import type { Contract, ContractEntry } from '../../../runtime/src/protocols/contracts/contract';
import { contractList } from '../../../runtime/src/protocols/contracts/contract-list';

/** Stand for what the platform chooses. */
const ROUTES = { health: '$AIP_HEALTH_ROUTE', predict: '$AIP_PREDICT_ROUTE' };

const contracts = contractList(new Set(CLIENT_CONTRACTS), ROUTES);

/** The routes of all contracts, for README.md: those that answer alike in one line. */
export function routesTable(): string {
  const rows = contracts.flatMap((contract) => {
    const alike = new Map<string, string[]>();
    for (const entry of contract.entries) {
      const note = entry.control === true ? ' (with `repository.explicitControl`)' : '';
      const answer = `${entry.summary}${note}`;
      alike.set(answer, [...(alike.get(answer) ?? []), `\`${routeOf(entry)}\``]);
    }
    const name = `[\`${contract.name}\`](${contract.source})`;
    return [...alike].map(
      ([answer, routes], i) => `| ${i === 0 ? name : ''} | ${routes.join('<br>')} | ${answer} |`,
    );
  });
  return ['| Contract | Route | Answer |', '|---|---|---|', ...rows].join('\n');
}

/** Routes that several contracts have, and what becomes of them, for README.md. */
export function collisionsTable(): string {
  const rows = [...shared()].map(
    ([route, names]) => `| \`${route}\` | ${names.join(', ')} | ${outcome(names)} |`,
  );
  return ['| Route | Contracts | Together |', '|---|---|---|', ...rows].join('\n');
}

function shared(): Map<string, string[]> {
  const byRoute = new Map<string, string[]>();
  for (const { name, entries } of contracts) {
    for (const route of new Set(entries.map(routeOf)))
      byRoute.set(route, [...(byRoute.get(route) ?? []), name]);
  }
  return new Map([...byRoute].filter(([, names]) => names.length > 1));
}

function routeOf({ method, path }: ContractEntry): string {
  return `${method} ${path}`;
}

function outcome(names: readonly string[]): string {
  const refused = CONTRACTS_REFUSED_TOGETHER.filter(([a, b]) => names.includes(a) && names.includes(b));
  const answers = `${names[0]} answers`;
  const together = refused.map(([a, b, reason]) => `${a} with ${b} is refused: ${reason}`);
  return refused.length > 0 && names.length === 2 ? together.join('; ') : [answers, ...together].join('; ');
}

/** For tests of the table itself. */
export function documented(): readonly Contract[] {
  return contracts;
}
