import { describe, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { machineFaults } from '../../subgraphs/kit/room/machine/machine-faults.js';
import {
  applicant,
  association,
  council,
  decideMotion,
  done,
  draft,
  home,
  idempotencyKey,
  listInstitution,
  machines,
  newCreditCode,
  readFile,
  room,
  secretariat,
  seen,
  send,
  sendLetter,
  step,
  stranger,
  submitted,
  underReview,
  useAdmissionHouse,
  wholeContent,
} from './admission-house.js';

useAdmissionHouse();

const open = (input: object, by = applicant) =>
  send(by, 'openMembershipCase', { idempotencyKey: idempotencyKey(), ...input });
const submit = (of: { id: string; version: number }, by = applicant) =>
  send(by, 'submitMembershipCase', step(of, { idempotencyKey: idempotencyKey() }));

describe('an application for membership', () => {
  test('and all that belongs to it are sound machines', () => {
    expect(machines.flatMap(machineFaults)).toEqual([]);
  });

  test('says of everything that it needs whether it is there, and names all that is missing at once', async () => {
    const { row } = await open({ institutionId: await listInstitution() });
    const incomplete = row.completeness.filter(({ isComplete }: { isComplete: boolean }) => !isComplete);
    const missing = ['CONTACT_NAME', 'CONTACT_CHANNEL', 'LETTER', 'CHARTER_ACCEPTANCE', 'TRUTH_ATTESTATION'];
    expect(incomplete.map(({ item }: { item: string }) => item)).toEqual(missing);
    expect(row.availableActions).toContainEqual({
      action: 'submitMembershipCase',
      allowed: false,
      reason: 'MEMBERSHIP_CASE_INCOMPLETE',
    });
    const refused = await submit(row);
    expect(refused.codes).toEqual(['MEMBERSHIP_CASE_INCOMPLETE']);
    expect(refused.userErrors[0].message).toContain(missing.join(', '));
  });

  test('of an institution on no list names it by its credit code and says what it is', async () => {
    const creditCode = newCreditCode();
    const { row } = await open({ creditCode, content: { ...association, kind: null } });
    expect(row).toMatchObject({ isListed: false, creditCode, name: association.name, institution: null });
    expect(row.completeness).toContainEqual({ item: 'KIND', isComplete: false });
    const wrong = `${creditCode.slice(0, 17)}${creditCode.endsWith('0') ? '1' : '0'}`;
    expect((await open({ creditCode: wrong })).userErrors).toMatchObject([
      { code: 'CREDIT_CODE_INVALID', path: ['input', 'creditCode'] },
    ]);
    const listedKind = { creditCode: newCreditCode(), content: { kind: 'HIGHER_EDUCATION' } };
    expect((await open(listedKind)).codes).toEqual(['INPUT_INVALID']);
  });

  test('takes the facts of a listed institution from the roster and refuses others', async () => {
    const institutionId = await listInstitution();
    const named = await open({ institutionId, content: { name: '另一所大学' } });
    expect(named.userErrors).toMatchObject([{ code: 'INPUT_INVALID', path: ['input', 'content', 'name'] }]);
    expect((await open({ institutionId })).row).toMatchObject({
      name: institutionId,
      kind: 'HIGHER_EDUCATION',
    });
    expect((await open({ institutionId: 'inst_unknown' })).codes).toEqual(['NOT_FOUND']);
    expect((await open({})).codes).toEqual(['INPUT_INVALID']);
    expect((await open({ institutionId: home })).codes).toEqual(['MEMBER_EXISTS']);
  });

  test('finds an institution of the roster by its credit code, whatever its id', async () => {
    const creditCode = newCreditCode();
    const institutionId = await listInstitution();
    await room.sql.query('update institution set credit_code = $1 where id = $2', [
      creditCode,
      institutionId,
    ]);
    expect((await open({ creditCode })).row).toMatchObject({ institutionId, isListed: true, creditCode });
  });

  test('keeps who accepted the charter and attested the truth, and takes the attestation back with a change', async () => {
    const drafted = await draft();
    expect(drafted).toMatchObject({
      charterVersion: '2016-07-15',
      charterAcceptedAt: '2026-01-15T08:00:00.000Z',
      truthAttestedAt: '2026-01-15T08:00:00.000Z',
    });
    const amended = await done(
      applicant,
      'amendMembershipCase',
      step(drafted, { content: { contactName: '田野' } }),
    );
    expect(amended).toMatchObject({
      contact: { name: '田野', phone: '0951-1234567' },
      truthAttestedAt: null,
    });
    expect((await submit(amended)).codes).toEqual(['MEMBERSHIP_CASE_INCOMPLETE']);
    const { rows } = await room.sql.query(
      'select charter_accepted_by, truth_attested_by from membership_case where id = $1',
      [drafted.id],
    );
    expect(rows).toEqual([{ charter_accepted_by: 'applicant', truth_attested_by: null }]);
  });

  test('brings its letter by an upload of the applicant alone, which those who see the case can read', async () => {
    const foreign = await sendLetter(stranger);
    const refused = await open({
      institutionId: await listInstitution(),
      content: { letterUploadId: foreign },
    });
    expect(refused.codes).toEqual(['UPLOAD_NOT_FOUND']);
    const { id } = await submitted();
    const query = 'query ($id: ID!) { membershipCase(id: $id) { letterUrl letter { fileName } } }';
    const { data } = await room.ask(secretariat, query, { id });
    expect(data.membershipCase.letter).toEqual({ fileName: '入盟申请书.pdf' });
    expect(await readFile(data.membershipCase.letterUrl)).toBe('%PDF-1.7');
  });

  test('goes from its draft into the hands of the secretariat, with a due date and every step in its timeline', async () => {
    const at = await submitted();
    expect(at).toMatchObject({ state: 'SUBMITTED', dueOn: '2026-01-30', dueAt: '2026-01-30T16:00:00.000Z' });
    expect(at.caseNo).toMatch(/^MC-2026-\d{4}$/);
    expect(at.timeline).toEqual([
      {
        place: 1,
        action: 'openMembershipCase',
        fromState: null,
        toState: 'DRAFT',
        role: 'APPLICANT',
        remark: null,
      },
      {
        place: 2,
        action: 'submitMembershipCase',
        fromState: 'DRAFT',
        toState: 'SUBMITTED',
        role: 'APPLICANT',
        remark: null,
      },
    ]);
    expect(at.availableActions).toContainEqual({
      action: 'withdrawMembershipCase',
      allowed: true,
      reason: null,
    });
    const names = at.availableActions.map(({ action }: { action: string }) => action);
    expect(names).not.toContain('approveMembershipCase');
  });

  test('is seen by the applicant and the secretariat, by the council only once the review is passed, by nobody else', async () => {
    const { id, version } = await submitted();
    for (const who of [applicant, secretariat]) expect(await seen(who, id)).toMatchObject({ id });
    for (const who of [stranger, council, anonymous]) expect(await seen(who, id)).toBeNull();
    expect(
      (await send(stranger, 'withdrawMembershipCase', { caseId: id, expectedVersion: version, reason: 'r' }))
        .codes,
    ).toEqual(['NOT_FOUND']);
    expect(await decideMotion(id, true, secretariat)).toMatchObject({
      userErrors: [{ code: 'MEMBERSHIP_CASE_NOT_PASSED' }],
    });
  });

  test('is supplemented on request by a day, and goes on where it was', async () => {
    const { reviewed } = await underReview();
    const ask = { items: ['法人证书', '质量年报'], dueOn: '2026-02-10' };
    const late = await send(
      secretariat,
      'requestCaseSupplement',
      step(reviewed, { ...ask, dueOn: '2026-01-15' }),
    );
    expect(late.codes).toEqual(['INPUT_INVALID']);
    const waiting = await done(secretariat, 'requestCaseSupplement', step(reviewed, ask));
    expect(waiting).toMatchObject({
      state: 'SUPPLEMENT_REQUESTED',
      dueOn: '2026-02-10',
      supplementItems: ask.items,
    });
    const letterUploadId = await sendLetter(applicant);
    const answered = await done(
      applicant,
      'supplementMembershipCase',
      step(waiting, { answer: '已补充', letterUploadId }),
    );
    expect(answered).toMatchObject({ state: 'UNDER_REVIEW', supplementAnswer: '已补充' });
    expect(answered.timeline.at(-2)).toMatchObject({ remark: '法人证书；质量年报', role: 'SECRETARIAT' });
  });

  test('is withdrawn by the applicant, releases its experts, and a new attempt names it', async () => {
    const { reviewed, experts } = await underReview();
    const withdrawn = await done(applicant, 'withdrawMembershipCase', step(reviewed, { reason: '材料重做' }));
    expect(withdrawn).toMatchObject({ state: 'WITHDRAWN', dueOn: null, reviews: [] });
    const { reviews } = await seen(secretariat, reviewed.id);
    expect(reviews.map(({ state }: { state: string }) => state)).toEqual([
      'RELEASED',
      'RELEASED',
      'RELEASED',
    ]);
    const { data } = await room.ask(secretariat, 'query ($id: ID!) { expert(id: $id) { openReviews } }', {
      id: experts[0]!.expert.id,
    });
    expect(data.expert.openReviews).toBe(0);
    const again = await submitted({ institutionId: reviewed.institutionId });
    expect(again.previousCaseNo).toBe(reviewed.caseNo);
  });

  test('names the ended case of somebody else only once the secretariat begins the review', async () => {
    const first = await submitted();
    await done(applicant, 'withdrawMembershipCase', step(first, { reason: 'r' }));
    const second = await submitted({ institutionId: first.institutionId }, stranger);
    expect(second.previousCaseNo).toBeNull();
    const begun = await done(secretariat, 'beginCaseReview', step(second));
    expect(begun.previousCaseNo).toBe(first.caseNo);
  });

  test('that its applicant leaves lying is closed by the secretariat, not before its time is over', async () => {
    const drafted = await draft();
    const close = (of: { id: string; version: number }) =>
      send(secretariat, 'closeMembershipCase', step(of, { reason: '逾期' }));
    expect((await close(drafted)).codes).toEqual(['MEMBERSHIP_CASE_NOT_OVERDUE']);
    room.clock.advance(91 * 24 * 60 * 60 * 1000);
    const list =
      'query { membershipCases(filter: { overdue: true }, orderBy: DUE_FIRST) { edges { node { id } } } }';
    const { data } = await room.ask(secretariat, list);
    expect(data.membershipCases.edges).toContainEqual({ node: { id: drafted.id } });
    expect((await close(drafted)).row).toMatchObject({ state: 'WITHDRAWN' });
  });

  test('shows its contact to the applicant and the secretariat, and lists to each what is theirs', async () => {
    const { reviewed, experts } = await underReview();
    expect((await seen(secretariat, reviewed.id)).contact).toMatchObject({ name: '马兰' });
    expect((await seen(experts[0]!.acting, reviewed.id)).contact).toBeNull();
    const list = 'query { membershipCases { totalCount edges { node { id } } } }';
    const { data } = await room.ask(experts[0]!.acting, list);
    expect(data.membershipCases).toEqual({ totalCount: 1, edges: [{ node: { id: reviewed.id } }] });
    expect((await room.ask(council, list)).data.membershipCases.totalCount).toBe(0);
  });

  test('says nothing of its contact in the log, in events, or in the audit trail', async () => {
    await underReview();
    const { rows } = await room.sql.query(
      `select (select json_agg(payload)::text from outbox_event) || (select json_agg(a)::text from audit_event a) as told`,
    );
    const told: string = rows[0].told + room.logged();
    expect(told).toContain('MC-2026-');
    for (const secret of ['马兰', '0951-1234567', 'malan@example.cn']) expect(told).not.toContain(secret);
  });

  test('answers the same request once, and a step on an older version with the current case', async () => {
    const input = {
      institutionId: await listInstitution(),
      content: await wholeContent(),
      idempotencyKey: idempotencyKey(),
    };
    const first = await done(applicant, 'openMembershipCase', input);
    expect((await done(applicant, 'openMembershipCase', input)).id).toBe(first.id);
    await submit(first);
    const late = await send(applicant, 'amendMembershipCase', step(first, { content: {} }));
    expect(late).toMatchObject({ codes: ['VERSION_CONFLICT'], row: { state: 'SUBMITTED' } });
  });
});
