import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { newId } from '../../subgraphs/kit/base/ids.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { eventsEmitted } from '../../subgraphs/kit/room/outbox/consumer.js';
import type { OutboxEvent } from '../../subgraphs/kit/room/outbox/outbox-event.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { eventually } from '../support/eventually.js';
import { person, startRoomOnPostgres, type RemoteAnswer, type RoomOnPostgres } from './room-on-postgres.js';

export const home = 'inst_home';
export const away = 'inst_away';
export const registrar = person('reg', `REGISTRAR@${home}`);
export const entrant = person('entrant', `REGISTRAR@${home}`);
export const stranger = person('stranger', `REGISTRAR@${away}`, `INSTITUTION_ADMIN@${away}`);
export const admin = person('adm', `INSTITUTION_ADMIN@${home}`);
export const secretariat = person('sec', 'SECRETARIAT');

/** What a room says of one of its rows; a deposit to be reviewed at home where nothing else is given. */
export interface ToldWork {
  readonly id: string;
  readonly version?: number;
  readonly room?: string;
  readonly [field: string]: unknown;
}

/** The room of institutions with the other rooms' events at hand. */
export interface InboxRoom extends RoomOnPostgres {
  /** Tells what rows wait for, and resolves when the inbox has it. */
  tell(...rows: ToldWork[]): Promise<void>;
  /** Any events of another room, likewise. */
  tellEvents(room: string, ...events: Omit<OutboxEvent, 'seq'>[]): Promise<void>;
  /** Resolves when the room has handled its own events. */
  settled(): Promise<void>;
  /** The inbox of somebody: what the selection says of each task. */
  // oxlint-disable-next-line typescript/no-explicit-any -- its shape is the selection's
  inbox(principal: Principal, args?: string, selection?: string): Promise<any[]>;
}

/** Starts it; `remote` answers for the owners of the rows. */
export async function startInbox(
  remote?: RemoteAnswer,
  module: RoomModule = institutionsModule,
): Promise<InboxRoom> {
  const open = new Map<string, OutboxEvent[]>();
  const room = await startRoomOnPostgres(module, remote, {
    firstSecretariat: 'sec',
    producer: (name) => ({
      pull: async () => [...(open.get(name) ?? [])],
      acknowledge: async (ids) =>
        void open.set(
          name,
          (open.get(name) ?? []).filter(({ id }) => !ids.includes(id)),
        ),
    }),
  });
  for (const id of [home, away]) {
    await room.sql.query(
      `insert into institution (id, name, kind, source, created_at) values ($1, $1, 'HIGHER_EDUCATION', 't', now())`,
      [id],
    );
  }
  room.room.start();
  let seq = 0;

  async function tellEvents(name: string, ...events: Omit<OutboxEvent, 'seq'>[]): Promise<void> {
    open.set(name, [...(open.get(name) ?? []), ...events.map((event) => ({ ...event, seq: (seq += 1) }))]);
    room.wakeBus.publish(eventsEmitted(name));
    await eventually(
      async () => open.get(name)!.length === 0,
      () => `The events of ${name} were not taken: ${room.logged()}`,
    );
  }

  return {
    ...room,
    tellEvents,
    async tell(...rows) {
      for (const row of rows) await tellEvents(row.room ?? 'learners', workEvent(row));
    },
    settled: () =>
      eventually(
        async () => (await room.sql.query('select from outbox_delivery')).rowCount === 0,
        () => `The room's own events were not taken: ${room.logged()}`,
      ),
    async inbox(principal, args = '', selection = 'about') {
      const { data, errors } = await room.ask(
        principal,
        `{ tasks${args} { edges { node { ${selection} } } pageInfo { hasNextPage endCursor } totalCount } }`,
      );
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data.tasks.edges.map(({ node }: { node: unknown }) => node);
    },
  };
}

/** The event in which a room says what a row waits for. */
export function workEvent({ room: _, id, version = 1, ...changes }: ToldWork): Omit<OutboxEvent, 'seq'> {
  const type = (changes['type'] as string | undefined) ?? 'Deposit';
  return {
    id: newId('Event'),
    type: 'WorkChanged',
    aggregateType: type,
    aggregateId: id,
    version,
    occurredAt: '2026-01-16T08:00:00.000Z',
    payload: {
      type,
      id,
      version,
      state: 'VALIDATED',
      stateTitle: { zh: '待复核', en: 'To be reviewed' },
      about: id,
      since: '2026-01-15T08:00:00.000Z',
      dueAt: '2026-01-30T16:00:00.000Z',
      lapsesAt: null,
      waitsFor: [{ role: 'REGISTRAR', institutionId: home, subject: null }],
      notFor: ['entrant'],
      overdueRole: 'SECRETARIAT',
      actions: [
        { action: 'reviewDeposit', mutation: 'reviewDeposit', title: { zh: '复核通过', en: 'Approve' } },
        { action: 'rejectDeposit', mutation: 'reviewDeposit', title: { zh: '复核不通过', en: 'Reject' } },
        { action: 'revokeDeposit', mutation: 'revokeDeposit', title: null },
      ],
      steps: [
        {
          action: 'reviewDeposit',
          mutation: 'reviewDeposit',
          input: { depositId: id, expectedVersion: version, decision: 'APPROVE' },
          reasoned: false,
        },
        {
          action: 'rejectDeposit',
          mutation: 'reviewDeposit',
          input: { depositId: id, expectedVersion: version, decision: 'REJECT' },
          reasoned: true,
        },
      ],
      ...changes,
    },
  };
}

/** Nobody is waited for any more. */
export const done = (id: string, version: number, since = '2026-01-16T08:00:00.000Z'): ToldWork => ({
  id,
  version,
  since,
  state: 'BANKED',
  waitsFor: [],
  dueAt: null,
  actions: [],
  steps: [],
});
