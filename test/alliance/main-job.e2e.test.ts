import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';

const archive = await readFile(
  new URL('../../schema/operations/mobile/archive.graphql', import.meta.url),
  'utf8',
);
const university = institutionIdOfSchool('ningxia-university');
const polytechnic = institutionIdOfSchool('ningxia-polytechnic');
const studentNumber = '12019240001';
/** 马克思主义基本原理, passed, which the demo has not entered. */
const nativeKey = `${studentNumber}|(2020-2021-1)-24080801-20091-2`;
const title = '马克思主义基本原理';

interface ArchivedDeposit {
  readonly title: string;
  readonly state: string;
  readonly credits: unknown;
  readonly remaining: unknown;
  readonly course: { readonly name: string } | null;
  readonly issuer: { readonly name: string } | null;
  readonly source: Record<string, unknown>;
}

let house: TestAlliance;
beforeAll(async () => {
  house = await startTestAlliance();
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

const depositsIn = (data: { me: { deposits: { edges: { node: ArchivedDeposit }[] } } }) =>
  data.me.deposits.edges.map(({ node }) => node);
const recordAt = (data: { me: { studentRecords: { institutionId: string }[] } }, institutionId: string) =>
  data.me.studentRecords.find((record) => record.institutionId === institutionId);

async function switchSchool(institutionId: string, enabled: boolean): Promise<void> {
  const { recordsDirectory } = await house
    .as('secretariat')
    .must('{ recordsDirectory { institutionId version } }');
  const school = (recordsDirectory as { institutionId: string; version: number }[]).find(
    (one) => one.institutionId === institutionId,
  )!;
  const input = { institutionId, enabled, expectedVersion: school.version };
  const payload = await house
    .as('secretariat')
    .mutate('switchRecordsSystem', 'SwitchRecordsSystemInput', input);
  expect(payload.userErrors).toEqual([]);
}

describe('the main job, through the gateway only', () => {
  it('opens an account for a person, which an official with the document at hand makes active', async () => {
    const applicant = await house.asSubject('person-ma-xiaoyan');
    const legalName = '马晓燕';
    const identityNumber = '640104199901010021';
    const opened = await applicant.mutate(
      'openAccount',
      'OpenAccountInput',
      { legalName, identityNumber, institutionId: university, idempotencyKey: 'ma-xiaoyan-opens' },
      'account { id state version }',
    );
    expect(opened).toMatchObject({ account: { state: 'IDENTITY_PENDING' }, userErrors: [] });
    const verified = await house.as('registrar').mutate(
      'verifyIdentity',
      'VerifyIdentityInput',
      {
        accountId: opened.account.id,
        expectedVersion: opened.account.version,
        decision: 'CONFIRM',
        legalName,
        identityNumber,
      },
      'account { state }',
    );
    expect(verified).toEqual({ account: { state: 'ACTIVE' }, userErrors: [] });

    const link = (number: string) =>
      applicant.mutate(
        'linkStudentRecord',
        'LinkStudentRecordInput',
        { institutionId: university, studentNumber: number, idempotencyKey: `ma-xiaoyan-${number}` },
        'link { studentNumber }',
      );
    expect(await link(studentNumber)).toMatchObject({
      link: null,
      userErrors: [{ code: 'STUDENT_RECORD_NOT_YOURS' }],
    });
    expect(await link('12019240002')).toEqual({ link: { studentNumber: '12019240002' }, userErrors: [] });
    const { me } = await applicant.must(
      '{ me { legalName studentRecords { studentNumber name complete } } }',
    );
    // Her credits 四 and a date that can be read in two ways were not understood.
    expect(me).toEqual({
      legalName,
      studentRecords: [{ studentNumber: '12019240002', name: '马**', complete: false }],
    });
  });

  it('banks a result that one person enters from the school and another approves', async () => {
    const entered = await house
      .as('registrar')
      .mutate(
        'enterDeposit',
        'EnterDepositInput',
        { institutionId: university, studentNumber, nativeKey, idempotencyKey: 'main-job-deposit' },
        'deposit { id version state title credits { amount scheme } grade }',
      );
    expect(entered).toMatchObject({
      deposit: { state: 'VALIDATED', title, credits: { amount: '3', scheme: 'CN-16' }, grade: '78' },
      userErrors: [],
    });
    const { id, version } = entered.deposit;
    const review = { depositId: id, expectedVersion: version, decision: 'APPROVE' };
    const own = await house.as('registrar').mutate('reviewDeposit', 'ReviewDepositInput', review);
    expect(own.userErrors).toMatchObject([{ code: 'DEPOSIT_SAME_PERSON' }]);
    const approved = await house
      .as('admin')
      .mutate('reviewDeposit', 'ReviewDepositInput', review, 'deposit { state reviewedBy }');
    expect(approved).toMatchObject({ deposit: { state: 'BANKED' }, userErrors: [] });
  });

  it('answers one query with the whole archive across all five subgraphs, each fact with its source', async () => {
    const { data, errors } = await house.as('learner').ask(archive);
    expect(errors).toEqual([]);
    expect(data.me).toMatchObject({ legalName: '陈思远', account: { state: 'ACTIVE' } });
    const deposit = depositsIn(data).find((one) => one.title === title);
    expect(deposit).toMatchObject({
      state: 'BANKED',
      credits: { amount: '3', scheme: 'CN-16' },
      issuer: { name: '宁夏大学' },
      source: {
        freshness: expect.any(String),
        evidenceHash: expect.stringMatching(/^(sha256:)?[0-9a-f]{64}$/),
      },
    });
    // The outcomes and agreements rooms have their say about deposits that have a course.
    const known = depositsIn(data).find((one) => one.title === '程序设计基础');
    expect(known).toMatchObject({
      course: { name: '程序设计基础' },
      remaining: { amount: '4', scheme: 'CN-16' },
    });
    expect(recordAt(data, university)).toMatchObject({ complete: true, provenance: { freshness: 'LIVE' } });
    expect(recordAt(data, polytechnic)).toMatchObject({
      complete: true,
      provenance: { freshness: 'CACHED' },
    });
  });
});

describe('the archive of a learner with a school that does not answer', () => {
  it('is whole but for the school that was switched off, which is named', async () => {
    const before = await house.as('learner').must(archive);
    await switchSchool(polytechnic, false);
    try {
      const { data, errors, status } = await house
        .as('learner')
        .with({ 'accept-language': 'en' })
        .ask(archive);
      expect(status).toBe(200);
      const at = data.me.studentRecords.findIndex(
        ({ institutionId }: { institutionId: string }) => institutionId === polytechnic,
      );
      expect(data.me.studentRecords[at]).toMatchObject({
        complete: false,
        studentNumber: 's-20230001',
        programme: null,
        provenance: { freshness: 'UNAVAILABLE' },
      });
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true } });
      expect(errors[0]!.path!.slice(0, 3)).toEqual(['me', 'studentRecords', at]);
      expect(errors[0]!.message).toContain('宁夏职业技术大学');
      expect(depositsIn(data)).toEqual(depositsIn(before));
      expect(data.me.archiveSummary).toEqual(before.me.archiveSummary);
      expect(recordAt(data, university)).toMatchObject({ complete: true });
    } finally {
      await switchSchool(polytechnic, true);
    }
    expect((await house.as('learner').ask(archive)).errors).toEqual([]);
  });

  it('shows the copy that is kept, and says that it is stale, when the database of a school dies', async () => {
    const query = `{ me { studentRecords {
      institutionId complete provenance { freshness } programme results(maxAge: 0) { courseName }
    } } }`;
    const never =
      '{ me { studentRecords { institutionId complete provenance { freshness } enrolledOn graduatedOn } } }';
    const before = recordAt(await house.as('learner').must(query), university) as Record<string, unknown>;
    await house.schoolSql('alter schema zfxfzb rename to lost');
    try {
      const known = await house.as('learner').ask(query);
      expect(recordAt(known.data, university)).toMatchObject({
        programme: before['programme'],
        results: before['results'],
        provenance: { freshness: 'STALE' },
      });
      const unknown = await house.as('learner').ask(never);
      expect(recordAt(unknown.data, university)).toMatchObject({
        complete: false,
        enrolledOn: null,
        provenance: { freshness: 'UNAVAILABLE' },
      });
      expect(unknown.codes).toEqual(['SCHOOL_UNAVAILABLE']);
      expect(recordAt(unknown.data, polytechnic)).toMatchObject({ complete: true });
    } finally {
      await house.schoolSql('alter schema lost rename to zfxfzb');
    }
  });
});

describe('the archive of a learner with a subgraph that fails', () => {
  it.each([
    ['outcomes', 'course'],
    ['agreements', 'remaining'],
    ['institutions', 'issuer'],
  ])('has everything but the fields of %s', async (subgraph, field) => {
    const own = house.alliance.subgraphs.get(subgraph)!;
    const before = await house.as('learner').must(archive);
    const ended = new AmrloError(
      'UPSTREAM_UNAVAILABLE',
      { subgraph },
      { cause: new Error('ECONNREFUSED 10.0.0.7') },
    );
    house.alliance.subgraphs.set(subgraph, () => Promise.reject(ended));
    try {
      const { data, errors } = await house.as('learner').ask(archive);
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(
        new Set(['UPSTREAM_UNAVAILABLE']),
      );
      const deposits = depositsIn(data);
      expect(deposits).toHaveLength(depositsIn(before).length);
      for (const deposit of deposits) expect(deposit[field as 'course']).toBeNull();
      expect(deposits.map(({ title: shown }) => shown)).toEqual(
        depositsIn(before).map(({ title: shown }) => shown),
      );
      expect(JSON.stringify(errors)).not.toContain('ECONNREFUSED');
    } finally {
      house.alliance.subgraphs.set(subgraph, own);
    }
  });
});
