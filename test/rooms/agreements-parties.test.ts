import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { agreementsModule } from '../../subgraphs/agreements/agreements.module.js';
import { MemberStandings } from './member-standings.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from './room-on-postgres.js';

const a = person('admin-a', 'INSTITUTION_ADMIN@inst_a');
const b = person('admin-b', 'INSTITUTION_ADMIN@inst_b');
const outsider = person('admin-x', 'INSTITUTION_ADMIN@inst_x');
const learner = person('demo-learner');

const members = new MemberStandings();
members.set('inst_none', null);
members.set('inst_suspended', 'SUSPENDED');

const fields = `agreement { id agreementNo state version contentVersion contentHash terms { ratio { numerator denominator } }
  parties { id } approvals { institutionId kind } availableActions { action allowed reason } } userErrors { code path }`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${fields} } }`;

const content = {
  title: '学分转换协议',
  effectiveFrom: '2026-02-01',
  effectiveTo: '2027-02-01',
  terms: [{ fromScheme: 'CN-16', toScheme: 'ECTS', numerator: 3, denominator: 2 }],
};

interface Shown {
  readonly id: string;
  readonly version: number;
  readonly contentHash: string;
  readonly state: string;
}

describe('agreements between institutions', () => {
  let house: RoomOnPostgres;
  let key = 0;
  beforeAll(async () => {
    house = await startRoomOnPostgres(agreementsModule, (call) => members.answer(call));
  });
  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  const propose = (changes: object = {}, who = a) =>
    house.ask(who, mutation('proposeAgreement', 'ProposeAgreementInput'), {
      input: {
        institutionId: 'inst_a',
        partnerIds: ['inst_b'],
        kind: 'CREDIT_CONVERSION',
        content,
        idempotencyKey: `agreement-${(key += 1)}`,
        ...changes,
      },
    });
  const step = (
    name: 'approveAgreement' | 'signAgreement',
    who: typeof a,
    party: string,
    on: Shown,
    changes = {},
  ) =>
    house.ask(
      who,
      mutation(name, name === 'signAgreement' ? 'SignAgreementInput' : 'ApproveAgreementInput'),
      {
        input: {
          agreementId: on.id,
          institutionId: party,
          contentHash: on.contentHash,
          expectedVersion: on.version,
          ...changes,
        },
      },
    );
  const proposed = async () => (await propose()).data.proposeAgreement.agreement as Shown;
  const signed = async () => {
    const first = await proposed();
    const approved = (await step('approveAgreement', b, 'inst_b', first)).data.approveAgreement
      .agreement as Shown;
    await step('signAgreement', a, 'inst_a', approved);
    return (await step('signAgreement', b, 'inst_b', approved)).data.signAgreement.agreement as Shown;
  };

  test('proposing is the approval of the proposing party', async () => {
    const answer = await propose();
    expect(answer.errors).toBeUndefined();
    expect(answer.data.proposeAgreement.agreement).toMatchObject({
      agreementNo: expect.stringMatching(/^AGR-2026-\d{6}$/),
      state: 'PROPOSED',
      contentVersion: 1,
      parties: [{ id: 'inst_a' }, { id: 'inst_b' }],
      approvals: [{ institutionId: 'inst_a', kind: 'APPROVAL' }],
    });
  });

  test('only members in standing can be parties, and only their administrators act', async () => {
    const refusals = { inst_none: 'INSTITUTION_NOT_MEMBER', inst_suspended: 'MEMBER_NOT_IN_STANDING' };
    for (const [partner, code] of Object.entries(refusals)) {
      const refused = await propose({ partnerIds: [partner] });
      expect(refused.data.proposeAgreement.userErrors[0].code).toBe(code);
    }
    expect((await propose({}, b)).data.proposeAgreement.userErrors[0].code).toBe('ACTION_FORBIDDEN');
    expect((await propose({ partnerIds: [] })).data.proposeAgreement.userErrors[0].code).toBe(
      'INPUT_INVALID',
    );
    const scheme = { ...content, terms: [{ ...content.terms[0], toScheme: 'POINTS' }] };
    expect((await propose({ content: scheme })).data.proposeAgreement.userErrors[0].code).toBe(
      'INPUT_INVALID',
    );
    const empty = { ...content, effectiveTo: content.effectiveFrom };
    expect((await propose({ content: empty })).data.proposeAgreement.userErrors[0].code).toBe(
      'INTERVAL_EMPTY',
    );
  });

  test('an approval names the hash that was read', async () => {
    const first = await proposed();
    const wrong = await step('approveAgreement', b, 'inst_b', first, {
      contentHash: `sha256:${'0'.repeat(64)}`,
    });
    expect(wrong.data.approveAgreement.userErrors[0].code).toBe('AGREEMENT_HASH_MISMATCH');
    const foreign = await step('approveAgreement', b, 'inst_a', first);
    expect(foreign.data.approveAgreement.userErrors[0].code).toBe('ACTION_FORBIDDEN');
    const twice = await step('approveAgreement', a, 'inst_a', first);
    expect(twice.data.approveAgreement.userErrors[0].code).toBe('AGREEMENT_PARTY_DONE');
    const right = await step('approveAgreement', b, 'inst_b', first);
    expect(right.data.approveAgreement.agreement.state).toBe('APPROVED');
  });

  test('another content resets the approvals and its hash must be approved anew', async () => {
    const first = await proposed();
    const countered = await house.ask(b, mutation('counterAgreement', 'CounterAgreementInput'), {
      input: {
        agreementId: first.id,
        institutionId: 'inst_b',
        expectedVersion: first.version,
        content: { ...content, note: '附注' },
      },
    });
    expect(countered.errors).toBeUndefined();
    const second = countered.data.counterAgreement.agreement;
    expect(second).toMatchObject({
      state: 'COUNTERED',
      contentVersion: 2,
      approvals: [{ institutionId: 'inst_b', kind: 'APPROVAL' }],
    });
    expect(second.contentHash).not.toBe(first.contentHash);
    const old = await step('approveAgreement', a, 'inst_a', { ...second, contentHash: first.contentHash });
    expect(old.data.approveAgreement.userErrors[0].code).toBe('AGREEMENT_HASH_MISMATCH');
    const stale = await step('approveAgreement', a, 'inst_a', first);
    expect(stale.data.approveAgreement.userErrors[0].code).toBe('VERSION_CONFLICT');
    expect(stale.data.approveAgreement.agreement.contentVersion).toBe(2);
    const agreed = await step('approveAgreement', a, 'inst_a', second);
    expect(agreed.data.approveAgreement.agreement.state).toBe('APPROVED');
  });

  test('the database refuses an agreement that not every party approved by its hash', async () => {
    const first = await proposed();
    await expect(
      house.sql.query(`update agreement set state = 'APPROVED' where id = $1`, [first.id]),
    ).rejects.toMatchObject({ constraint: 'agreement_by_all_parties' });
    await expect(house.sql.query('delete from agreement')).rejects.toMatchObject({ code: '23514' });
    await expect(house.sql.query(`update agreement_version set content = '{}'`)).rejects.toMatchObject({
      code: '23514',
    });
  });

  test('all parties at once bring it to one state and lose no approval', async () => {
    const first = (await propose({ partnerIds: ['inst_b', 'inst_c', 'inst_d'] })).data.proposeAgreement
      .agreement;
    const answers = await Promise.all(
      ['b', 'c', 'd'].map((name) =>
        step(
          'approveAgreement',
          person(`admin-${name}`, `INSTITUTION_ADMIN@inst_${name}`),
          `inst_${name}`,
          first,
        ),
      ),
    );
    expect(answers.flatMap(({ data }) => data.approveAgreement.userErrors)).toEqual([]);
    const now = await house.ask(a, `{ agreement(id: "${first.id}") { state approvals { kind } } }`);
    expect(now.data.agreement.state).toBe('APPROVED');
    expect(now.data.agreement.approvals).toHaveLength(4);
  });

  test('a signed agreement takes effect and expires by its dates, and is counted while in force', async () => {
    const done = await signed();
    expect(done.state).toBe('SIGNED');
    const state = async () =>
      (await house.ask(learner, `{ agreement(id: "${done.id}") { state } }`)).data.agreement.state;
    const summary = async () =>
      (
        await house.ask(
          learner,
          `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution {
             conversionSummary { agreementsInForce partners convertedCredits { amount } }
             agreements(filter: { inForceOn: "2026-03-01" }) { totalCount } } } }`,
          { r: [{ __typename: 'Institution', id: 'inst_a' }] },
        )
      ).data._entities[0];
    expect(await state()).toBe('SIGNED');
    expect((await summary()).conversionSummary.agreementsInForce).toBe(0);
    house.clock.advance(30 * 86_400_000);
    expect(await state()).toBe('EFFECTIVE');
    expect(await summary()).toEqual({
      conversionSummary: { agreementsInForce: 1, partners: 1, convertedCredits: [] },
      agreements: { totalCount: 1 },
    });
    house.clock.advance(400 * 86_400_000);
    expect(await state()).toBe('EXPIRED');
    house.clock.advance(-430 * 86_400_000);
    const events = await house.sql.query(
      `select count(*)::int as n from outbox_event where type = 'AgreementSigned'`,
    );
    expect(events.rows[0].n).toBe(1);
  });

  test('a notice ends it on a later day, and a second one cannot prolong it', async () => {
    const done = await signed();
    const notice = (terminatesOn: string, version: number) =>
      house.ask(a, mutation('terminateAgreement', 'TerminateAgreementInput'), {
        input: {
          agreementId: done.id,
          institutionId: 'inst_a',
          expectedVersion: version,
          terminatesOn,
          reason: '调整',
        },
      });
    const today = await notice('2026-01-15', done.version);
    expect(today.data.terminateAgreement.userErrors[0].code).toBe('INPUT_INVALID');
    const first = await notice('2026-06-01', done.version);
    expect(first.data.terminateAgreement.userErrors).toEqual([]);
    await notice('2026-12-01', first.data.terminateAgreement.agreement.version);
    const now = await house.ask(a, `{ agreement(id: "${done.id}") { terminatesOn state } }`);
    expect(now.data.agreement).toEqual({ terminatesOn: '2026-06-01', state: 'SIGNED' });
  });

  test('what is negotiated is seen by its parties and by the overseers of the alliance', async () => {
    const first = await proposed();
    const query = `{ agreement(id: "${first.id}") { state } }`;
    for (const reader of [a, b, person('sec', 'SECRETARIAT')]) {
      expect((await house.ask(reader, query)).data.agreement).toEqual({ state: 'PROPOSED' });
    }
    for (const reader of [outsider, learner, anonymous]) {
      expect((await house.ask(reader, query)).data.agreement).toBeNull();
    }
  });

  test('a proposal that nobody answers lapses by itself', async () => {
    const first = await proposed();
    house.clock.advance(91 * 86_400_000);
    const late = await step('approveAgreement', b, 'inst_b', first);
    expect(late.data.approveAgreement.userErrors[0].code).toBe('ACTION_NOT_ALLOWED');
    const now = await house.ask(b, `{ agreement(id: "${first.id}") { state availableActions { allowed } } }`);
    expect(now.data.agreement.state).toBe('LAPSED');
    expect(now.data.agreement.availableActions.every(({ allowed }: { allowed: boolean }) => !allowed)).toBe(
      true,
    );
    house.clock.advance(-91 * 86_400_000);
  });

  test('the credit schemes are public', async () => {
    const answer = await house.ask(
      anonymous,
      '{ creditSchemes { code hoursPerCredit { numerator denominator } } }',
    );
    expect(answer.data.creditSchemes.map(({ code }: { code: string }) => code)).toEqual([
      'CN-16',
      'CN-17',
      'CN-18',
      'ECTS',
      'ACBS',
      'US-SEM',
      'US-QTR',
    ]);
  });
});
