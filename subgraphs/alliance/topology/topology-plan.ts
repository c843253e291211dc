import { generateKeyPairSync } from 'node:crypto';
import { settingNamesOf } from '../../kit/base/config/settings.js';
import { roomNames, type ProcessKind } from '../../kit/base/config/process-kinds.js';
import type { ProcessPlan } from './topology-process.js';

/** What the processes of a topology have in common. */
export interface TopologyFacts {
  /** Settings to hand on; each process gets those of them that it uses. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** The subgraphs of the supergraph. */
  readonly subgraphs: readonly string[];
  /** Folder name of each school, with the settings of its adapter. */
  readonly schools: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The port of each process by its name. */
  readonly ports: ReadonlyMap<string, number>;
}

const gateway = 'gateway';

/** The names of the processes: one per subgraph, one adapter per school, the gateway last. */
export function processNames(facts: Pick<TopologyFacts, 'subgraphs' | 'schools'>): string[] {
  return [...facts.subgraphs, ...Object.keys(facts.schools), gateway];
}

/**
 * What docker-compose.yml describes, as processes of this machine: each gets only the settings of its kind, a key of
 * its own to sign with, and the public keys of those whose word it takes.
 */
export function planTopology(facts: TopologyFacts): ProcessPlan[] {
  const signing = [...facts.subgraphs, gateway];
  const keys = new Map(signing.map((name) => [name, generateKeyPairSync('ed25519')]));
  const publicKeys = [...keys.values()]
    .map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }) as string)
    .join('');
  const urlOf = (name: string) => `http://127.0.0.1:${facts.ports.get(name)}`;
  const urls = Object.fromEntries(
    facts.subgraphs.map((name) => [`AMRLO_${name.toUpperCase()}_URL`, `${urlOf(name)}/graphql`]),
  );

  return processNames(facts).map((name) => {
    const kind = kindOf(name);
    const own: Record<string, string | undefined> = {
      ...facts.settings,
      ...urls,
      ...facts.schools[name],
      AMRLO_ASSERTION_PUBLIC_KEYS: publicKeys,
      AMRLO_ASSERTION_PRIVATE_KEY: keys.get(name)?.privateKey.export({ type: 'pkcs8', format: 'pem' }) as
        string | undefined,
      PORT: String(facts.ports.get(name)),
      HOST: (name === gateway ? facts.settings['HOST'] : undefined) ?? '127.0.0.1',
    };
    const used = settingNamesOf(kind).flatMap((setting): [string, string][] => {
      const value = own[setting];
      return value === undefined ? [] : [[setting, value]];
    });
    return { name, main: mainOf(name, kind), env: Object.fromEntries(used), url: urlOf(name) };
  });
}

function kindOf(name: string): ProcessKind {
  if (name === gateway || name === 'records') return name;
  return roomNames.find((room) => room === name) ?? 'adapter';
}

function mainOf(name: string, kind: ProcessKind): string {
  if (kind === 'gateway') return 'gateway/main.js';
  return kind === 'adapter' ? 'subgraphs/adapters/main.js' : `subgraphs/${name}/main.js`;
}
