import { describe, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { machineFaults } from '../../subgraphs/kit/room/machine/machine-faults.js';
import { outcomeMachine } from '../../subgraphs/outcomes/outcomes/outcome.machine.js';
import { person } from './room-on-postgres.js';
import {
  both,
  expert,
  otherExpert,
  outcomes,
  propose,
  reason,
  registrar,
  school,
  secretariat,
  seenBy,
  send,
  stranger,
  toReview,
  walk,
} from './outcomes-cases.js';

describe('the certification of an outcome', () => {
  test('is a sound machine: every waiting state has an owner, a due date and an exit', () => {
    expect(machineFaults(outcomeMachine)).toEqual([]);
  });

  test('leads from the proposal over a supplement and the experts to the public catalog', async () => {
    const proposed = await propose();
    expect(proposed).toMatchObject({ state: 'PROPOSED', edition: 1, issuer: { id: school } });
    expect(proposed.dueAt).toBe('2026-01-30T16:00:00.000Z');
    const waiting = await walk(
      proposed,
      [secretariat, 'beginOutcomeCheck'],
      [secretariat, 'requestOutcomeSupplement', reason],
    );
    expect(waiting).toMatchObject({ state: 'SUPPLEMENT_REQUESTED', note: '材料不全' });
    const certified = await walk(
      waiting,
      [registrar, 'sendOutcomeSupplement', { supplement: '教学大纲' }],
      [secretariat, 'acceptOutcomeCheck'],
      [expert, 'certifyOutcome', { recognisedFrom: '2003-07-01', validUntil: '2030-01-01' }],
    );
    expect(certified).toMatchObject({
      state: 'CERTIFIED',
      dueAt: null,
      recognisedFrom: '2003-07-01',
      validUntil: '2030-01-01',
      supplement: '教学大纲',
    });
    expect(await seenBy(anonymous, certified.id)).toEqual({ state: 'CERTIFIED', note: null });
    const [event] = await outcomes.sql.execute<{ payload: object }>(
      `select type, version, payload from outcomes.outbox_event where aggregate_id = ? and type <> 'WorkChanged'`,
      [certified.id],
    );
    expect(event).toMatchObject({
      type: 'OutcomeCertified',
      version: certified.version,
      payload: { outcomeId: certified.id, issuerId: school, recognisedFrom: '2003-07-01' },
    });
  });

  test('is followed by its issuer, the experts and the secretariat, and hidden from everybody else', async () => {
    const { id } = await propose();
    for (const who of [registrar, expert, secretariat])
      expect(await seenBy(who, id)).toMatchObject({ state: 'PROPOSED' });
    for (const who of [anonymous, stranger, person('learner')]) expect(await seenBy(who, id)).toBeNull();
    const step = { outcomeId: id, expectedVersion: 1, ...reason };
    expect((await send(stranger, 'withdrawOutcome', step)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const client = await outcomes.connectAsApp();
    const { rowCount } = await client.query('select 1 from outcomes.learning_outcome where id = $1', [id]);
    expect(rowCount).toBe(0);
  });

  test('is decided by somebody else than the proposer, by the machine and by the database', async () => {
    const reviewed = await walk(await propose(both), ...toReview);
    const decision = {
      outcomeId: reviewed.id,
      expectedVersion: reviewed.version,
      recognisedFrom: '2020-01-01',
    };
    const refused = await send(both, 'certifyOutcome', decision);
    expect(refused.userErrors).toMatchObject([{ code: 'OUTCOME_SAME_PERSON' }]);
    const forced = outcomes.sql.execute(
      `update outcomes.learning_outcome set decided_by = proposed_by where id = ?`,
      [reviewed.id],
    );
    await expect(forced).rejects.toThrow('learning_outcome_two_people');
    expect((await send(expert, 'certifyOutcome', decision)).outcome.state).toBe('CERTIFIED');
  });

  test('is appealed once, and decided by another expert', async () => {
    const rejected = await walk(await propose(), ...toReview, [expert, 'rejectOutcome', reason]);
    expect(await seenBy(anonymous, rejected.id)).toBeNull();
    const appealed = await walk(rejected, [registrar, 'fileOutcomeAppeal', { reason: '请复议' }]);
    const again = { outcomeId: appealed.id, expectedVersion: appealed.version, ...reason };
    expect((await send(expert, 'rejectOutcome', again)).userErrors).toMatchObject([
      { code: 'OUTCOME_OTHER_EXPERT' },
    ]);
    const second = await walk(appealed, [otherExpert, 'rejectOutcome', reason]);
    const third = await send(registrar, 'fileOutcomeAppeal', { ...again, expectedVersion: second.version });
    expect(third.userErrors).toMatchObject([{ code: 'OUTCOME_APPEALED_BEFORE' }]);
  });

  test('is decided by the assigned expert alone once there is one, who is never the proposer', async () => {
    const reviewed = await walk(await propose(both), ...toReview);
    const assign = (expertSubject: string, expectedVersion: number) =>
      send(secretariat, 'assignOutcomeExpert', { outcomeId: reviewed.id, expectedVersion, expertSubject });
    expect((await assign('both', reviewed.version)).userErrors).toMatchObject([
      { code: 'OUTCOME_SAME_PERSON', path: ['input', 'expertSubject'] },
    ]);
    const { outcome } = await assign('other-expert', reviewed.version);
    const step = { outcomeId: outcome.id, expectedVersion: outcome.version, ...reason };
    expect((await send(expert, 'rejectOutcome', step)).userErrors).toMatchObject([
      { code: 'OUTCOME_OTHER_EXPERT' },
    ]);
    expect((await send(otherExpert, 'rejectOutcome', step)).outcome.state).toBe('REJECTED');
  });

  test('ends by its validity only when that is over, and can be suspended, reinstated and withdrawn', async () => {
    const until = { recognisedFrom: '2020-01-01', validUntil: '2026-01-16' };
    const certified = await walk(await propose(), ...toReview, [expert, 'certifyOutcome', until]);
    const early = { outcomeId: certified.id, expectedVersion: certified.version };
    expect((await send(secretariat, 'expireOutcome', early)).userErrors).toMatchObject([
      { code: 'OUTCOME_STILL_VALID' },
    ]);
    const reinstated = await walk(
      certified,
      [secretariat, 'suspendOutcome', reason],
      [secretariat, 'reinstateOutcome', reason],
    );
    outcomes.clock.advance(24 * 60 * 60 * 1000);
    const expired = await walk(reinstated, [secretariat, 'expireOutcome']);
    expect(await seenBy(anonymous, expired.id)).toMatchObject({ state: 'EXPIRED' });

    const other = await walk(await propose(), ...toReview, [
      expert,
      'certifyOutcome',
      { recognisedFrom: '2020-01-01' },
    ]);
    const withdrawn = await walk(other, [registrar, 'withdrawCertification', reason]);
    expect(await seenBy(anonymous, withdrawn.id)).toBeNull();
  });

  test('refuses an empty interval of recognition and an empty reason', async () => {
    const reviewed = await walk(await propose(), ...toReview);
    const step = { outcomeId: reviewed.id, expectedVersion: reviewed.version };
    const empty = { ...step, recognisedFrom: '2020-01-01', validUntil: '2020-01-01' };
    expect((await send(expert, 'certifyOutcome', empty)).userErrors).toEqual([
      { code: 'INTERVAL_EMPTY', path: ['input', 'validUntil'] },
    ]);
    expect((await send(expert, 'rejectOutcome', { ...step, reason: '  ' })).userErrors).toEqual([
      { code: 'INPUT_INVALID', path: ['input', 'reason'] },
    ]);
  });

  test('shows every step with the code that would refuse it, and refuses with that code', async () => {
    const proposed = await propose();
    expect(proposed.availableActions).toContainEqual({
      action: 'withdrawOutcome',
      allowed: true,
      reason: null,
    });
    for (const { action, allowed, reason: code } of proposed.availableActions) {
      if (allowed) continue;
      const extra: Record<string, object> = {
        certifyOutcome: { recognisedFrom: '2020-01-01' },
        sendOutcomeSupplement: { supplement: 'x' },
        assignOutcomeExpert: { expertSubject: 'x' },
      };
      const plain = ['beginOutcomeCheck', 'acceptOutcomeCheck', 'expireOutcome'].includes(action);
      const step = {
        outcomeId: proposed.id,
        expectedVersion: 1,
        ...(extra[action] ?? (plain ? {} : reason)),
      };
      const payload = await send(registrar, action, step);
      expect([action, payload.userErrors[0].code]).toEqual([action, code]);
    }
  });

  test('answers a step on an older version with the current outcome', async () => {
    const proposed = await propose();
    await walk(proposed, [secretariat, 'beginOutcomeCheck']);
    const late = await send(registrar, 'withdrawOutcome', {
      outcomeId: proposed.id,
      expectedVersion: 1,
      ...reason,
    });
    expect(late).toMatchObject({
      outcome: { state: 'FORMAL_CHECK' },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
  });
});
