import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  accountSteps,
  admin,
  elsewhere,
  enterDeposit,
  learner,
  linkRecord,
  number,
  openAccount,
  registrar,
  result,
  revokeDeposit,
  startLearnersHouse,
  stranger,
  type LearnersHouse,
  type Versioned,
} from './learners-house.js';
import { person } from './room-on-postgres.js';

describe('the way of a deposit', () => {
  let house: LearnersHouse;
  let account: Versioned;
  let held: Versioned;
  beforeAll(async () => {
    house = await startLearnersHouse();
  });
  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  test('an account is opened with a checked identity number and waits for the document to be seen', async () => {
    const wrong = await house.ask(
      learner,
      openAccount,
      house.opening({ identityNumber: '110105194912310021' }),
    );
    expect(wrong.data.openAccount.userErrors).toEqual([{ code: 'IDENTITY_NUMBER_INVALID', path: null }]);
    const variables = house.opening();
    const first = await house.ask(learner, openAccount, variables);
    expect(first.errors).toBeUndefined();
    account = first.data.openAccount.account;
    expect(account).toMatchObject({ state: 'IDENTITY_PENDING', dueAt: '2026-01-30T16:00:00.000Z' });
    const replay = await house.ask(learner, openAccount, variables);
    expect(replay.data.openAccount.account.id).toBe(account.id);
    const second = await house.ask(learner, openAccount, house.opening());
    expect(second.data.openAccount.userErrors[0].code).toBe('ACCOUNT_EXISTS');
  });

  test('a record linked before the identity is verified counts for nothing yet', async () => {
    const input = {
      institutionId: 'inst_nxu',
      studentNumber: '2018001',
      idempotencyKey: house.idempotencyKey(),
    };
    const linked = await house.ask(learner, linkRecord, { input });
    expect(linked.data.linkStudentRecord).toEqual({
      link: { studentNumber: '2018001', confirmedAt: null },
      userErrors: [],
    });
    const me = await house.ask(learner, '{ me { studentRecords { studentNumber } } }');
    expect(me.data.me.studentRecords).toEqual([]);
    expect(JSON.stringify(house.school.sent)).not.toContain(number);
  });

  test('amounts come from the school and a result that was not passed cannot be deposited', async () => {
    house.school.results = [{ ...result, passed: false }];
    const failed = await house.ask(registrar, enterDeposit, house.deposited(result.nativeKey));
    expect(failed.data.enterDeposit.userErrors[0].code).toBe('DEPOSIT_NOT_PASSED');
    house.school.results = [{ ...result, exempted: true }];
    const exempted = await house.ask(registrar, enterDeposit, house.deposited(result.nativeKey));
    expect(exempted.data.enterDeposit.userErrors[0].code).toBe('DEPOSIT_NOT_PASSED');
    house.school.results = [{ ...result, credits: null }];
    const unknown = await house.ask(registrar, enterDeposit, house.deposited(result.nativeKey));
    expect(unknown.data.enterDeposit.userErrors[0].code).toBe('DEPOSIT_INCOMPLETE');
    house.school.results = [{ ...result, provenance: { ...result.provenance, freshness: 'STALE' } }];
    const stale = await house.ask(registrar, enterDeposit, house.deposited(result.nativeKey));
    expect(stale.errors?.[0]?.extensions?.['code']).toBe('SCHOOL_UNAVAILABLE');
    const foreign = await house.ask(elsewhere, enterDeposit, house.deposited(result.nativeKey));
    expect(foreign.data.enterDeposit.userErrors[0].code).toBe('ACTION_FORBIDDEN');
  });

  test('a repetition gets its answer although the school is down, and a new entry says that it is', async () => {
    house.school.results = [result];
    const variables = house.deposited(result.nativeKey);
    const first = await house.ask(registrar, enterDeposit, variables);
    held = first.data.enterDeposit.deposit;
    expect(held).toMatchObject({
      state: 'VALIDATED',
      credits: { amount: '3.5', scheme: 'CN-16' },
      enteredBy: 'dem*********ar',
    });
    expect(first.data.enterDeposit.deposit.availableActions[0]).toEqual({
      action: 'reviewDeposit',
      allowed: false,
      reason: 'DEPOSIT_SAME_PERSON',
    });
    house.school.isDown = true;
    const replay = await house.ask(registrar, enterDeposit, variables);
    expect(replay.data.enterDeposit.deposit.id).toBe(held.id);
    const fresh = await house.ask(registrar, enterDeposit, house.deposited('2018001|K9'));
    expect(fresh.errors?.[0]?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
    house.school.isDown = false;
    const again = await house.ask(registrar, enterDeposit, house.deposited(result.nativeKey));
    expect(again.data.enterDeposit.userErrors[0]).toMatchObject({ code: 'DEPOSIT_DUPLICATE' });
    expect(again.data.enterDeposit.userErrors[0].message).toContain(held.id);
  });

  test('the one who entered a deposit cannot review it, in the service and in the database', async () => {
    const own = await house.approve(held, registrar);
    expect(own.data.reviewDeposit.userErrors).toEqual([{ code: 'DEPOSIT_SAME_PERSON' }]);
    await expect(
      house.sql.query(`update deposit set reviewed_by = entered_by, state = 'HELD' where id = $1`, [held.id]),
    ).rejects.toMatchObject({ constraint: 'deposit_two_people' });
  });

  test('without an active account a deposit is held, and only the depositing school sees it', async () => {
    const reviewed = await house.approve(held);
    expect(reviewed.data.reviewDeposit.deposit).toMatchObject({ state: 'HELD' });
    const query = `{ deposit(id: "${held.id}") { state } }`;
    expect((await house.ask(registrar, query)).data.deposit).toEqual({ state: 'HELD' });
    for (const other of [learner, stranger, elsewhere])
      expect((await house.ask(other, query)).data.deposit).toBeNull();
    expect(await house.eventTypes()).toEqual([]);
  });

  test('a document that does not show what was given confirms nothing, nor does its own holder', async () => {
    const other = await house.verify(account, registrar, { identityNumber: '440524188001010014' });
    expect(other.data.verifyIdentity.userErrors[0].code).toBe('IDENTITY_MISMATCH');
    const named = await house.verify(account, registrar, { legalName: '陈思' });
    expect(named.data.verifyIdentity.userErrors[0].code).toBe('IDENTITY_MISMATCH');
    const hidden = await house.verify(account, elsewhere);
    expect(hidden.data.verifyIdentity.userErrors[0].code).toBe('NOT_FOUND');
    const self = await house.verify(account, person('demo-learner', 'REGISTRAR@inst_nxu'));
    expect(self.data.verifyIdentity.userErrors[0].code).toBe('ACTION_FORBIDDEN');
  });

  test('activation confirms the link and banks what was held, in one transaction with its events', async () => {
    const active = await house.verify(account);
    expect(active.errors).toBeUndefined();
    expect(active.data.verifyIdentity).toMatchObject({ account: { state: 'ACTIVE' }, userErrors: [] });
    account = active.data.verifyIdentity.account;
    const me = await house.ask(
      learner,
      `{ me { id legalName account { state } identities { maskedNumber verifiedAt }
        studentRecords { institutionId studentNumber }
        deposits { totalCount edges { node { id state credits { amount scheme } issuer { id } record { nativeKey }
          source { system method freshness } } } }
        archiveSummary { category deposits credits { amount scheme } } } }`,
    );
    expect(me.errors).toBeUndefined();
    expect(me.data.me).toMatchObject({
      legalName: '陈思远',
      account: { state: 'ACTIVE' },
      identities: [{ maskedNumber: '110*************2X' }],
      studentRecords: [{ institutionId: 'inst_nxu', studentNumber: '2018001' }],
      deposits: {
        totalCount: 1,
        edges: [
          {
            node: { id: held.id, state: 'BANKED', issuer: { id: 'inst_nxu' }, source: { freshness: 'LIVE' } },
          },
        ],
      },
      archiveSummary: [{ category: 'ACADEMIC', deposits: 1, credits: [{ amount: '3.5', scheme: 'CN-16' }] }],
    });
    expect((await house.eventTypes()).sort()).toEqual(['AccountActivated', 'DepositBanked']);
  });

  test('with an active account an approved deposit is banked at once', async () => {
    const banked = await house.approve(await house.enter('2018001|K2'));
    expect(banked.data.reviewDeposit.deposit).toMatchObject({ state: 'BANKED', reviewedBy: 'dem*****in' });
  });

  test('while an account is frozen deposits are held, and unfreezing releases them', async () => {
    const input = { accountId: account.id, expectedVersion: account.version, reason: 'check' };
    const frozen = await house.ask(registrar, accountSteps('freezeAccount'), { input });
    expect(frozen.data.freezeAccount.account.state).toBe('FROZEN');
    const deposit = await house.enter('2018001|K3');
    expect((await house.approve(deposit)).data.reviewDeposit.deposit.state).toBe('HELD');
    const { version } = frozen.data.freezeAccount.account;
    await house.ask(registrar, accountSteps('unfreezeAccount'), {
      input: { ...input, expectedVersion: version },
    });
    const seen = await house.ask(learner, `{ deposit(id: "${deposit.id}") { state } }`);
    expect(seen.data.deposit).toEqual({ state: 'BANKED' });
  });

  test('a record of nobody, of somebody else, or linked already is refused', async () => {
    const ask = (studentNumber: string, who = learner) =>
      house.ask(who, linkRecord, {
        input: { institutionId: 'inst_nxu', studentNumber, idempotencyKey: house.idempotencyKey() },
      });
    expect((await ask('999')).data.linkStudentRecord.userErrors).toEqual([
      { code: 'STUDENT_RECORD_NOT_YOURS' },
    ]);
    expect((await ask('2018001')).data.linkStudentRecord.userErrors).toEqual([
      { code: 'STUDENT_RECORD_LINKED' },
    ]);
    expect((await ask('2018002', stranger)).data.linkStudentRecord.userErrors).toEqual([
      { code: 'ACCOUNT_NOT_ACTIVE' },
    ]);
  });

  test('a link made with an active account receives at once what was held for it', async () => {
    const deposit = await house.enter('2018002|K1', '2018002');
    expect((await house.approve(deposit)).data.reviewDeposit.deposit.state).toBe('HELD');
    const input = {
      institutionId: 'inst_nxu',
      studentNumber: '2018002',
      idempotencyKey: house.idempotencyKey(),
    };
    const linked = await house.ask(learner, linkRecord, { input });
    expect(linked.data.linkStudentRecord.link.confirmedAt).not.toBeNull();
    const seen = await house.ask(learner, `{ deposit(id: "${deposit.id}") { state } }`);
    expect(seen.data.deposit).toEqual({ state: 'BANKED' });
  });

  test('a verified identity has one account, also when another subject applies with it', async () => {
    const applied = await house.ask(stranger, openAccount, house.opening());
    const twin = await house.verify(applied.data.openAccount.account);
    expect(twin.data.verifyIdentity.userErrors[0].code).toBe('ACCOUNT_EXISTS');
    const active = await house.sql.query(`select count(*)::int as n from account where state = 'ACTIVE'`);
    expect(active.rows[0].n).toBe(1);
  });

  test('registrars list their own institution and what waits for somebody else to review', async () => {
    await house.enter('2018001|K5');
    const mine = '{ depositsToReview { edges { node { nativeKey } } } }';
    expect((await house.ask(registrar, mine)).data.depositsToReview.edges).toEqual([]);
    expect((await house.ask(admin, mine)).data.depositsToReview.edges).toEqual([
      { node: { nativeKey: '2018001|K5' } },
    ]);
    expect(
      (await house.ask(elsewhere, '{ deposits { edges { node { id } } } }')).data.deposits.edges,
    ).toEqual([]);
  });

  test('a revoked deposit stays, says why, and tells the other rooms', async () => {
    const { deposit } = (await house.approve(await house.enter('2018001|K6'))).data.reviewDeposit;
    const input = { depositId: deposit.id, expectedVersion: deposit.version, reason: '成绩录入有误' };
    const revoked = await house.ask(admin, revokeDeposit, { input });
    expect(revoked.data.revokeDeposit.deposit).toMatchObject({ state: 'REVOKED', reason: '成绩录入有误' });
    expect((await house.eventTypes()).at(-1)).toBe('DepositRevoked');
    await expect(
      house.sql.query(`update deposit set state = 'BANKED' where id = $1`, [deposit.id]),
    ).rejects.toMatchObject({
      constraint: 'deposit_state_final',
    });
  });

  test('ten reviews at once and an activation leave nothing held for an active account', async () => {
    const other = person('learner-2');
    const second = '440524188001010014';
    const applied = await house.ask(
      other,
      openAccount,
      house.opening({ legalName: '李', identityNumber: second }),
    );
    await house.sql.query(
      `insert into student_record_link (id, learner_id, owner_subject, institution_id, student_number, created_at)
       select 'link_race', learner_id, owner_subject, 'inst_nxu', '2018009', now() from account where id = $1`,
      [applied.data.openAccount.account.id],
    );
    const waiting = [];
    for (let index = 0; index < 10; index += 1)
      waiting.push(await house.enter(`2018009|R${index}`, '2018009'));
    const reviews = waiting.map((deposit) => house.approve(deposit));
    const active = house.verify(applied.data.openAccount.account, registrar, {
      legalName: '李',
      identityNumber: second,
    });
    const answers = await Promise.all([...reviews, active]);
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const states = await house.sql.query(
      `select state, count(*)::int as n from deposit where student_number = '2018009' group by 1`,
    );
    expect(states.rows).toEqual([{ state: 'BANKED', n: 10 }]);
  });
});
