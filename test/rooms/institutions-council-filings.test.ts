import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  applicant,
  approved,
  association,
  council,
  done,
  events,
  newCreditCode,
  room,
  secretariat,
  send,
  step,
  useAdmissionHouse,
  type Tree,
} from './admission-house.js';

useAdmissionHouse();

const day = 24 * 60 * 60 * 1000;
const list = async (who: typeof council, filter = '') =>
  (
    await room.ask(
      who,
      `query { councilFilings${filter} { totalCount edges { node {
         id caseId memberCode name approvedOn admittedOn state dueAt isOverdue version } } } }`,
    )
  ).data.councilFilings;

describe('the filing of a member with the council', () => {
  let admitted: Tree;
  let filing: Tree;
  beforeAll(async () => {
    const at = await approved({ creditCode: newCreditCode() }, applicant, association);
    room.clock.advance(day);
    admitted = await done(
      secretariat,
      'activateMembership',
      step(at, { memberCode: 'NXVEA', charterVersion: '2016-07-15' }),
    );
    [{ node: filing }] = (await list(council)).edges;
  });

  test('keeps both dates, of the approval and of the admission, and when the council is to take note', () => {
    expect(filing).toMatchObject({
      caseId: admitted.id,
      memberCode: 'NXVEA',
      name: association.name,
      approvedOn: '2026-01-15',
      admittedOn: '2026-01-16',
      state: 'PENDING',
      dueAt: '2026-07-15T16:00:00.000Z',
      isOverdue: false,
    });
  });

  test('is seen by the council and the secretariat alone, and waits for the council in its inbox', async () => {
    expect((await list(secretariat)).totalCount).toBe(1);
    expect((await list(applicant)).totalCount).toBe(0);
    expect(await events('WorkChanged', filing.id)).toMatchObject([
      {
        about: `NXVEA ${association.name}`,
        waitsFor: [{ role: 'COUNCIL_MEMBER' }],
        actions: [{ action: 'acknowledgeFiling' }],
      },
    ]);
  });

  test('stands out once it is overdue', async () => {
    expect((await list(council, '(filter: { overdue: true })')).totalCount).toBe(0);
    room.clock.advance(181 * day);
    const { edges } = await list(council, '(filter: { overdue: true, state: PENDING })');
    expect(edges).toMatchObject([{ node: { id: filing.id, isOverdue: true } }]);
    expect((await list(council, '(filter: { overdue: false })')).totalCount).toBe(0);
  });

  test('is acknowledged by the council once, at a meeting, and is history from then on', async () => {
    const input = {
      filingId: filing.id,
      expectedVersion: filing.version,
      meetingId: '2026-2',
      remark: '已通报',
    };
    expect((await send(secretariat, 'acknowledgeFiling', input)).codes).toEqual(['ACTION_FORBIDDEN']);
    expect((await send(applicant, 'acknowledgeFiling', input)).codes).toEqual(['NOT_FOUND']);
    const answers = await Promise.all([1, 2].map(() => send(council, 'acknowledgeFiling', input)));
    expect(answers.flatMap(({ codes }) => codes)).toEqual(['VERSION_CONFLICT']);
    expect(answers.find(({ codes }) => codes.length === 0)?.row).toMatchObject({
      state: 'ACKNOWLEDGED',
      meetingId: '2026-2',
      dueAt: null,
      isOverdue: false,
    });
    const forced = (change: string) =>
      room.sql.query(`update council_filing set ${change} where id = $1`, [filing.id]);
    await expect(forced(`remark = 'x'`)).rejects.toThrow('kept');
    await expect(forced(`state = 'PENDING'`)).rejects.toThrow('kept');
    await expect(room.sql.query('delete from council_filing where id = $1', [filing.id])).rejects.toThrow(
      'kept',
    );
    expect((await events('WorkChanged', filing.id)).at(-1)).toMatchObject({ waitsFor: [] });
  });
});
