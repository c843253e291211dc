import { LockMode } from '@mikro-orm/postgresql';
import type { Clock } from '../../base/clock.js';
import type { DatabaseUnit } from '../database/room-database.js';
import { emit } from '../outbox/emit.js';
import { officialsWaitedFor, workChanged } from './work-event.js';
import type { AnyWorkSource, WorkRow } from './work-source.js';

/** Remembers of which types the rows that waited already have been announced. */
export const announcedWorkTables: readonly string[] = [
  `create table announced_work (
    type text primary key,
    announced_at timestamptz not null
  )`,
];

const rowsAtOnce = 500;

/**
 * Announces, once per type and room, the rows that wait for officials since before the room told the inbox of them.
 * All or nothing: the mark is written in the transaction of the events. A second process waits for the mark and then
 * does nothing; a row that moves meanwhile waits for its lock, so that its next event comes after this one.
 * @returns how many rows were announced
 */
export async function announceWork(
  { em, sql }: DatabaseUnit,
  options: {
    readonly sources: readonly AnyWorkSource[];
    readonly clock: Clock;
    readonly consumers: readonly string[];
  },
): Promise<number> {
  let announced = 0;
  for (const source of options.sources) {
    const marked = await sql.execute(
      `insert into announced_work (type, announced_at) values (?, ?::timestamptz)
       on conflict do nothing returning type`,
      [source.type, options.clock.now().toISOString()],
    );
    if (marked.length === 0) continue;
    for await (const rows of waitingRows(em, source)) {
      const events = [];
      for (const row of rows) events.push(await workChanged(source, row, sql));
      await emit(sql, events, options.consumers);
      announced += rows.length;
    }
  }
  return announced;
}

/** The states of a machine in which rows wait for officials. */
export function statesOfWork({ machine }: Pick<AnyWorkSource, 'machine'>): string[] {
  return Object.entries(machine.definition.states)
    .filter(([, state]) => officialsWaitedFor(state).length > 0)
    .map(([name]) => name);
}

async function* waitingRows(em: DatabaseUnit['em'], source: AnyWorkSource): AsyncGenerator<WorkRow[]> {
  let last = '';
  for (;;) {
    const rows = (await em.find(source.entity, { state: { $in: statesOfWork(source) }, id: { $gt: last } }, {
      orderBy: { id: 'asc' },
      limit: rowsAtOnce,
      lockMode: LockMode.PESSIMISTIC_WRITE,
    } as never)) as WorkRow[];
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)!.id;
    em.clear();
  }
}
