import type { FilterQuery } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { FieldCipher } from '../../kit/room/encryption/field-cipher.js';
import type { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { bodyOf } from '../bodies/body.loader.js';
import { votingSeats } from '../seats/voting-seats.js';
import type { MotionConsequence, MotionThreshold } from './motion-consequence.js';
import { MotionElectorEntity, MotionEntity, type MotionElectorRow, type MotionRow } from './motion.entity.js';
import type {
  CastBallotInput,
  CloseMotionInput,
  MotionPayload,
  OpenMotionInput,
  WithdrawMotionInput,
} from './motion.inputs.js';
import {
  motionById,
  motionFacts,
  noVotes,
  ownVote,
  showMotion,
  tallyByMotion,
  tallyMotions,
  votedOn,
  type MotionTally,
} from './motion.loader.js';
import { motionMachine, usualVotingDays, type MotionStateName } from './motion.machine.js';
import {
  assertMayOpen,
  assertPeriod,
  assertPreparation,
  copyElectorate,
  decisionRule,
} from './motion-opening.js';
import { isCarried } from './motion-result.js';
import type { Motion, MotionElector, MotionsArguments } from './motion.types.js';
import { motionWork } from './motion.work.js';

constraintRefuses('motion_open_subject_key', () => refuse('MOTION_SUBJECT_OPEN', {}, ['input', 'subjectId']));
constraintRefuses('ballot_while_open', () => refuse('MOTION_VOTE_OVER'));
constraintRefuses('ballot_final', () => refuse('MOTION_VOTE_FINAL'));

const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

/** Questions that the bodies decide by votes, and what follows from them. */
export class MotionService {
  readonly #consequences: ReadonlyMap<string, MotionConsequence>;
  readonly #cipher: FieldCipher;

  constructor(consequences: readonly MotionConsequence[], cipher: FieldCipher) {
    this.#consequences = new Map(consequences.map((consequence) => [consequence.kind, consequence]));
    this.#cipher = cipher;
  }

  /** One motion; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<Motion | null> {
    return scope.load(motionById, id);
  }

  /** The motions that the one who asks may see, the latest first. */
  async list(scope: RequestScope, args: MotionsArguments, withTotal: boolean): Promise<Connection<Motion>> {
    const where = Object.fromEntries(
      Object.entries(args.filter ?? {}).filter(([, value]) => value != null),
    ) as FilterQuery<MotionRow>;
    const page = await scope.page(MotionEntity, args, { where, orderBy: [{ openedAt: 'desc' }], withTotal });
    return connectionOf(page, (row) => showMotion(scope, row));
  }

  /** Who may vote on a motion. */
  async electors(
    scope: RequestScope,
    motionId: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<MotionElector>> {
    const page = await scope.page(MotionElectorEntity, args, { where: { motionId }, orderBy: [], withTotal });
    return connectionOf(page, showElector);
  }

  /** What the one who asks may do with a motion now; whether its votes may be counted depends on them. */
  async availableActions(scope: RequestScope, motion: Motion): Promise<AvailableAction[]> {
    const [tally, hasVoted] = await Promise.all([
      scope.load(tallyByMotion, motion.id),
      scope.load(ownVote, motion.id),
    ]);
    const facts = motionFacts(scope, motion, { tally, hasVoted });
    return motionMachine
      .availableActions(motionContext(scope, motion.state, facts))
      .filter(({ action }) => action !== 'reject');
  }

  /** Puts a question to the vote of a body, whose seats are copied in the same transaction. */
  open(scope: RequestScope, input: OpenMotionInput): Promise<MotionPayload> {
    return mutate(scope, options('openMotion', input), async (transaction) => {
      const now = scope.clock.now();
      const body = await bodyOf(transaction, input.bodyId);
      const electors = await votingSeats(transaction.sql, body.id, now);
      assertMayOpen(scope, electors);
      const threshold = await decisionRule(transaction, input, body, this.#consequences.get(input.kind));
      if (electors.length === 0) throw refuse('MOTION_NO_ELECTORATE', {}, ['input', 'bodyId']);
      const closesAt = input.closesAt ?? new Date(now.getTime() + usualVotingDays * 86_400_000);
      assertPeriod(closesAt, now);
      if (input.preparedBy != null) await assertPreparation(transaction, input.preparedBy);
      const row = transaction.create(MotionEntity, {
        id: newId('Motion'),
        motionNo: await nextNumber(transaction, now),
        bodyId: body.id,
        kind: input.kind,
        subjectId: input.subjectId ?? null,
        titleZh: input.title.zh.trim(),
        titleEn: input.title.en.trim(),
        text: input.text,
        threshold,
        secret: input.secret === true,
        preparedByMotionId: input.preparedBy ?? null,
        openedBy: scope.principal.subject,
        openedAt: now,
        closesAt,
        state: 'OPEN',
        electorate: electors.length,
        electorSubjects: electors.map(({ subject }) => subject),
        ballotEntries: 0,
        voters: 0,
        version: 1,
        createdAt: now,
      });
      await transaction.flush();
      await copyElectorate(transaction, row.id, electors, now);
      return this.#done(scope, transaction, row);
    });
  }

  /** Casts or changes a vote. Nothing that is kept of a secret one, the trail included, says what was voted. */
  cast(scope: RequestScope, input: CastBallotInput): Promise<MotionPayload> {
    const { motionId, idempotencyKey } = input;
    // The key's table keeps a hash of the input; three choices could be tried, so it is given one that only we can make.
    const choice = this.#cipher.lookup(`${motionId} ${idempotencyKey} ${input.choice}`, 'ballot.choice');
    const kept = { motionId, idempotencyKey, choice };
    return mutate(scope, options('castBallot', kept, 'CAST_BALLOT'), async (transaction) => {
      const row = await transaction.lock(MotionEntity, motionId);
      const { subject } = scope.principal;
      const hasVoted = (await votedOn(transaction.sql, subject, [motionId])).has(motionId);
      // A first vote is never too late to be settled, so it need not count all the others.
      const tally = hasVoted ? await this.#tally(transaction, row) : noVotes;
      checkStep(scope, row, 'castBallot', { tally, hasVoted });
      await this.#write(scope, transaction, row, input.choice);
      row.ballotEntries += 1;
      if (!hasVoted) row.voters += 1;
      return this.#done(scope, transaction, row, {}, subject);
    });
  }

  /** Takes a motion back on which nobody has voted. */
  withdraw(scope: RequestScope, input: WithdrawMotionInput): Promise<MotionPayload> {
    return mutate(scope, options('withdrawMotion', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      checkStep(scope, row, 'withdrawMotion', { tally: noVotes, hasVoted: false });
      const { reason } = checkInput(reasoned, input);
      row.state = motionMachine.next('withdrawMotion', 'OPEN');
      row.closedAt = scope.clock.now();
      row.closedBy = scope.principal.subject;
      return this.#done(scope, transaction, row, { reason });
    });
  }

  /** Counts the votes and lets the decision take effect, both or neither. */
  close(scope: RequestScope, input: CloseMotionInput): Promise<MotionPayload> {
    return mutate(scope, options('closeMotion', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      const counts = await this.#tally(transaction, row);
      checkStep(scope, row, 'closeMotion', { tally: counts, hasVoted: false });
      const carried = isCarried(row.threshold as MotionThreshold, row.electorate, counts);
      row.state = motionMachine.next(carried ? 'closeMotion' : 'reject', 'OPEN');
      const decidedAt = scope.clock.now();
      Object.assign(row, counts, { closedAt: decidedAt, closedBy: scope.principal.subject });
      await transaction.flush();
      if (row.subjectId != null) {
        await this.#consequences.get(row.kind)?.decided(transaction, scope, {
          motionId: row.id,
          motionNo: row.motionNo,
          subjectId: row.subjectId,
          carried,
          decidedAt,
        });
      }
      return this.#done(scope, transaction, row, { ...counts });
    });
  }

  async #write(
    scope: RequestScope,
    { sql }: MutationTransaction,
    { id, secret }: MotionRow,
    choice: string,
  ): Promise<void> {
    const { subject } = scope.principal;
    const [ballot] = await sql.execute<{ seat_id: string; entry: number }>(
      `insert into ballot (id, motion_id, seat_id, subject, entry, choice, cast_at)
       select ?, motion_id, seat_id, subject, 1 + (
         select count(*) from ballot known where known.motion_id = elector.motion_id and known.seat_id = elector.seat_id),
         ?, ?::timestamptz
       from motion_elector elector where motion_id = ? and subject = ?
       returning seat_id, entry`,
      [newId('Ballot'), secret ? null : choice, scope.clock.now().toISOString(), id, subject],
    );
    if (!secret || ballot === undefined) return;
    const mark = this.#cipher.lookup(`${id} ${ballot.seat_id}`, 'sealed_ballot.mark');
    // A random id: ids of ours would say when the vote was cast.
    await sql.execute(
      'insert into sealed_ballot (id, motion_id, mark, entry, choice) values (?, ?, ?, ?, ?)',
      [randomUUID(), id, mark, ballot.entry, choice],
    );
  }

  async #tally({ sql }: MutationTransaction, { id }: MotionRow): Promise<MotionTally> {
    const tally = (await tallyMotions(sql, [id])).get(id);
    if (tally === undefined) throw new Error(`The motion ${id} has no tally.`);
    return tally;
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { motionId: string; expectedVersion: number },
  ): Promise<MotionRow> {
    return transaction.lock(MotionEntity, input.motionId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ motion: showMotion(scope, row) }),
    });
  }

  async #done(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: MotionRow,
    detail: { readonly [name: string]: string | number } = {},
    voter?: string,
  ) {
    await transaction.flush();
    // Every elector is named when it opens and nobody when it closes; in between one is told of at a time.
    if (voter === undefined || row.voters === row.electorate) await transaction.work(motionWork, row);
    else await transaction.answered(motionWork, row, voter);
    transaction.audited({ subjectId: row.id, after: { state: row.state }, detail });
    transaction.wake('Motion', row.id);
    return { motion: showMotion(scope, row) };
  }
}

/** Refuses a step that the machine does not let the one who asks take now. */
function checkStep(
  scope: RequestScope,
  row: MotionRow,
  action: 'castBallot' | 'withdrawMotion' | 'closeMotion',
  votes: Parameters<typeof motionFacts>[2],
): void {
  const facts = motionFacts(scope, showMotion(scope, row), votes);
  motionMachine.check(action, motionContext(scope, row.state, facts));
}

/** A motion and who wants to act on it, as the machine looks at them: its electors and its opener own it. */
function motionContext(
  scope: RequestScope,
  state: string,
  facts: ReturnType<typeof motionFacts>,
): Parameters<typeof motionMachine.check>[1] {
  return {
    state: state as MotionStateName,
    principal: scope.principal,
    owner: facts.isElector || facts.isOpener ? scope.principal.subject : null,
    facts,
  };
}

function showElector(row: MotionElectorRow): MotionElector {
  return {
    id: row.id,
    motionId: row.motionId,
    institutionId: row.institutionId,
    seatId: row.seatId,
    holderName: row.holderName,
  };
}

async function nextNumber(transaction: MutationTransaction, now: Date): Promise<string> {
  const [row] = await transaction.sql.execute<{ number: string }>(
    `select lpad(nextval('motion_number')::text, 6, '0') as number`,
  );
  return `MOT-${legalDate(now).slice(0, 4)}-${row?.number ?? ''}`;
}

function options<Input extends object>(
  operation: string,
  input: Input,
  action: 'CHANGE_MOTION' | 'CAST_BALLOT' = 'CHANGE_MOTION',
) {
  return { operation, action, subjectType: 'Motion', input };
}
