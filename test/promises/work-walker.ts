import { expect } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import type { RoomOnPostgres } from '../rooms/room-on-postgres.js';

/** One mutation that somebody sends. */
export interface Sent {
  readonly by: Principal;
  readonly mutation: string;
  readonly input: object;
}

/** A row as the walk finds it. */
export interface FoundRow {
  readonly id: string;
  readonly version: number;
  readonly [column: string]: unknown;
}

/** A room, how its rows come about, and who takes the actions of its machines. */
export interface Walk {
  readonly module: RoomModule;
  readonly start: () => Promise<RoomOnPostgres>;
  /** What may be sent besides the actions; `n` counts up. */
  readonly make: (n: number) => readonly Sent[];
  /** 150 where nothing is said. */
  readonly steps?: number;
  /** What is sent for an action on a row; none for what only the house does. */
  readonly act: (type: string, action: string, row: FoundRow, n: number) => Sent | undefined;
}

/** Sends a mutation; a refusal is as good as a step, a fault is not. @returns whether it was done */
async function send(room: RoomOnPostgres, { by, mutation, input }: Sent): Promise<boolean> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
    { input },
  );
  expect([mutation, errors]).toEqual([mutation, undefined]);
  return data[mutation].userErrors.length === 0;
}

/**
 * Makes a row in every way twice, then takes random actions on random rows, and makes a new row in one of five steps.
 * @returns the mutations done
 */
export async function walk(
  { module, make, act }: Walk,
  room: RoomOnPostgres,
  choices: readonly number[],
): Promise<string[]> {
  const done: string[] = [];
  const sources = module.work ?? [];
  for (const [n, choice] of choices.entries()) {
    const ways = make(n);
    const isBeginning = n < ways.length * 2;
    const pick = <T>(list: readonly T[], by: number): T | undefined => list[by % Math.max(1, list.length)];
    const source = pick(sources, choice >> 4)!;
    const { rows } = await room.sql.query<FoundRow>(
      `select * from ${source.entity.meta.tableName} order by id`,
    );
    const row = pick(rows, choice >> 8);
    const { actions } = source.machine.definition;
    const all = Object.keys(actions);
    const possible = all.filter((name) => actions[name]!.from.includes(String(row?.['state'])));
    // One in four is an action that the state forbids, most often: a refusal must tell nothing.
    const action = pick(choice % 4 === 0 || possible.length === 0 ? all : possible, choice >> 16)!;
    const sent =
      isBeginning || choice % 5 === 0 || row === undefined
        ? pick(ways, isBeginning ? n : choice >> 20)
        : act(source.type, action, row, choice >> 3);
    if (sent !== undefined && (await send(room, sent))) done.push(sent.mutation);
  }
  return done;
}
