import type { RoomKit, RoomModule, RoomParts } from './room-module.js';

/**
 * A part of a large room: some nouns with their own composition root. It has the shape of a module, and its name is
 * that of the wing.
 */
export type RoomWing = RoomModule;

/**
 * One room made of wings.
 * @throws Error when two wings claim the same migration, reference, or kind of job
 */
export function joinWings(name: string, wings: readonly RoomWing[]): RoomModule {
  const all = <T>(list: (wing: RoomWing) => readonly T[] | undefined): T[] =>
    wings.flatMap((wing) => list(wing) ?? []);
  const migrations = all((wing) => wing.migrations).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  assertDistinct(
    'migration',
    migrations.map((migration) => migration.name),
  );
  return {
    name,
    entities: all((wing) => wing.entities),
    migrations,
    appendOnly: all((wing) => wing.appendOnly),
    policies: all((wing) => wing.policies),
    machines: all((wing) => wing.machines),
    work: all((wing) => wing.work),
    emits: joinEmits(wings),
    compose: (kit) => joinParts(wings, kit),
  };
}

/** Several wings may emit the same type; whoever consumes it from one of them consumes it from all. */
function joinEmits(wings: readonly RoomWing[]): RoomModule['emits'] {
  const emits: Record<string, string[]> = {};
  for (const wing of wings) {
    for (const [type, consumers] of Object.entries(wing.emits)) {
      emits[type] = [...new Set([...(emits[type] ?? []), ...consumers])];
    }
  }
  return emits;
}

function joinParts(wings: readonly RoomWing[], kit: RoomKit): RoomParts {
  const parts = wings.map((wing) => wing.compose(kit));
  const prepares = parts.flatMap(({ prepare }) => prepare ?? []);
  return {
    resolvers: parts.flatMap((part) => part.resolvers),
    orphanedTypes: parts.flatMap((part) => part.orphanedTypes ?? []),
    references: joinRecords('reference', parts, (part) => part.references),
    jobs: joinRecords('job', parts, (part) => part.jobs),
    jobsShownAs: joinRecords('job', parts, (part) => part.jobsShownAs),
    tidy: joinRecords('work of tidying', parts, (part) => part.tidy),
    subscriptions: parts.flatMap((part) => part.subscriptions ?? []),
    background: parts.flatMap((part) => part.background ?? []),
    prepare: async (sql) => {
      for (const prepare of prepares) await prepare(sql);
    },
  };
}

function joinRecords<T>(
  what: string,
  parts: readonly RoomParts[],
  of: (part: RoomParts) => Readonly<Record<string, T>> | undefined,
): Record<string, T> {
  const entries = parts.flatMap((part) => Object.entries(of(part) ?? {}));
  assertDistinct(
    what,
    entries.map(([key]) => key),
  );
  return Object.fromEntries(entries);
}

function assertDistinct(what: string, names: readonly string[]): void {
  const twice = names.find((one, place) => names.indexOf(one) !== place);
  if (twice !== undefined) throw new Error(`Two wings of a room have the ${what} ${twice}.`);
}
