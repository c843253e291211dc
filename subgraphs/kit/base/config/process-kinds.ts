/** The four rooms that own data; each can be a process of its own. */
export const roomNames = ['institutions', 'outcomes', 'learners', 'agreements'] as const;

/** A room that owns data. */
export type RoomName = (typeof roomNames)[number];

/** The five subgraphs of the supergraph. */
export const subgraphNames = [...roomNames, 'records'] as const;

/** A subgraph of the supergraph. */
export type SubgraphName = (typeof subgraphNames)[number];

/**
 * The kinds of process that can be started: `alliance` is everything in one, `adapter` serves one school,
 * `command` is a tool such as the importers or the migrations by hand.
 */
export const processKinds = ['alliance', 'gateway', ...subgraphNames, 'adapter', 'command'] as const;

/** A kind of process. */
export type ProcessKind = (typeof processKinds)[number];
