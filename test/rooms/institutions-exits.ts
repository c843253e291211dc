import type pg from 'pg';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';
import { sessionVariables } from '../../subgraphs/kit/room/database/session.js';
import { appoint, closeMotion, openMotion, vote } from './governance-room.js';
import { person, startRoomOnPostgres, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

export const secretariat = person('sec', 'SECRETARIAT');
export const otherSecretariat = person('sec-2', 'SECRETARIAT');
export const councillor = person('council', 'COUNCIL_MEMBER');

/** The other rooms, which know what members owe. */
class OtherRooms {
  owed = { agreements: 0, applications: 0, deposits: 0 };
  /** The room that does not answer. */
  silent: string | undefined;
  readonly asked: LinkCall[] = [];

  answer(call: LinkCall) {
    this.asked.push(call);
    if (call.subgraph === this.silent) return { data: null, errors: [{ message: 'down' }] };
    const { agreements, applications, deposits } = this.owed;
    return call.subgraph === 'agreements'
      ? { data: { agreementObligations: { agreements, applications } } }
      : { data: { depositObligations: { deposits } } };
  }
}

/** A member of the test, its administrator, and where its membership stands. */
export interface Member {
  readonly institutionId: string;
  readonly membershipId: string;
  readonly admin: Principal;
}

/** An exit or a case of the test; its shape is that of what was asked. */
export type Shown = Answer['data'];

const exitFields = `exit { id exitNo ground reason state version dueAt motionNo runOffSince exitedAt
  inactivity { windowFrom windowTo lastActivityAt } availableActions { action allowed reason } } userErrors { code path }`;
const membershipFields = 'membership { id state version } userErrors { code path }';
const caseFields = `violationCase { id caseNo state version dueAt finding availableActions { action allowed reason } }
  userErrors { code path }`;

/** The fields that each mutation is asked for. */
function fieldsOf(mutation: string): string {
  if (/Membership|Member$/.test(mutation)) return membershipFields;
  return mutation.endsWith('Exit') ? exitFields : caseFields;
}

/** Starts the room of institutions with a standing council of one seat, `councillor`, and the rooms that it asks. */
export async function startExits() {
  const others = new OtherRooms();
  const room: RoomOnPostgres = await startRoomOnPostgres(institutionsModule, (call) => others.answer(call), {
    firstSecretariat: 'sec',
  });
  let serial = 0;
  const key = () => `exit-key-${(serial += 1)}`;

  async function send(by: Principal, mutation: string, input: object): Promise<Shown> {
    const { data, errors } = await room.ask(
      by,
      `mutation ($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) { ${fieldsOf(mutation)} } }`,
      { input },
    );
    return data?.[mutation] ?? { errors };
  }

  const membership = async (member: Member, fields = 'state version inStanding exitGround'): Promise<Shown> =>
    (
      await room.ask(
        secretariat,
        `{ institution(id: "${member.institutionId}") { successor { id } membership { ${fields} } } }`,
      )
    ).data.institution.membership;

  /** Records a founding member under a name of its own. */
  async function found(name: string, joinedOn: string): Promise<Member> {
    const institutionId = `inst_${name}`;
    await room.sql.query(
      `insert into institution (id, name, kind, source, created_at) values ($1, $2, 'HIGHER_EDUCATION', 't', now())`,
      [institutionId, `学院${name}`],
    );
    const recorded = await send(secretariat, 'recordFoundingMember', {
      institutionId,
      memberCode: name.toUpperCase(),
      joinedOn,
      charterVersion: '1',
      idempotencyKey: key(),
    });
    const admin = person(`admin-${name}`, `INSTITUTION_ADMIN@${institutionId}`);
    return { institutionId, membershipId: recorded.membership.id, admin };
  }

  const { institutionId: councilMember } = await found('council', '2020-01-01');
  await appoint(room, 0, 'STANDING_COUNCIL', { institutionId: councilMember, subject: councillor.subject });

  /** Puts an exit to the vote of the standing council. */
  const openExit = (exit: { id: string }): Promise<Shown> =>
    openMotion(room, councillor, 'STANDING_COUNCIL', { kind: 'EXIT_MEMBER', subjectId: exit.id });

  return {
    ...room,
    others,
    send,
    key,
    membership,

    /** Runs a statement past the room, as the application's role with the rights of somebody; leaves nothing behind. */
    async sqlAs(principal: Principal, statement: string): Promise<pg.QueryResult> {
      const client = await room.connectAsApp();
      await client.query('begin');
      try {
        for (const [name, value] of Object.entries(sessionVariables(principal))) {
          await client.query('select set_config($1, $2, true)', [name, value]);
        }
        return await client.query(statement);
      } finally {
        await client.query('rollback');
      }
    },

    /** Records a founding member; without a date one of old standing. */
    member: (joinedOn = '2020-01-01'): Promise<Member> => found(`m${(serial += 1)}`, joinedOn),

    /** Asks, for the member, that it may leave. */
    async askToLeave({ membershipId, admin }: Member, expectedVersion = 1): Promise<Shown> {
      const input = { membershipId, expectedVersion, reason: '办学调整', idempotencyKey: key() };
      return (await send(admin, 'requestVoluntaryExit', input)).exit;
    },

    openExit,

    /** Lets the standing council vote on an exit, and count when the caller says so. */
    async voted(exit: { id: string }, carried: boolean): Promise<() => Promise<Shown>> {
      const { motion } = await openExit(exit);
      await vote(room, councillor, motion.id, carried ? 'YES' : 'NO');
      return () => closeMotion(room, motion.id);
    },

    /** Lets the standing council decide on an exit by a motion. */
    async decide(exit: { id: string }, carried: boolean): Promise<Shown> {
      const opened = await openExit(exit);
      if (opened.motion === null) return opened;
      await vote(room, councillor, opened.motion.id, carried ? 'YES' : 'NO');
      return closeMotion(room, opened.motion.id);
    },

    complete: (exit: { id: string; version: number }, by = secretariat): Promise<Shown> =>
      send(by, 'completeExit', { exitId: exit.id, expectedVersion: exit.version }),
  };
}

/** The running room. */
export type Exits = Awaited<ReturnType<typeof startExits>>;

function inputOf(mutation: string): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
}
