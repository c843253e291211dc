import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';

const operation = (path: string) =>
  readFile(new URL(`../../schema/operations/${path}.graphql`, import.meta.url), 'utf8');
const university = institutionIdOfSchool('ningxia-university');
const polytechnic = institutionIdOfSchool('ningxia-polytechnic');

let house: TestAlliance;
beforeAll(async () => {
  house = await startTestAlliance();
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

describe('the records of a school, through the gateway', () => {
  it('show a registrar all that the contract has about a student', async () => {
    const { institution } = await house.as('registrar').must(
      `query ($id: ID!) { institution(id: $id) { student(number: "12019240001") {
        complete maskedIdentityNumber enrolmentStatusCode
        level { code nationalCode }
        enrolments { term { code } status provenance { freshness } }
        certificates { kind name awardedMonth provenance { evidenceHash } }
        results { courseName counts exempted attemptKind
          components { kind nativeName nativeGrade }
          sittings { kind nativeGrade counts } } }
        other: student(number: "12022240006") { results { components { kind nativeName nativeGrade percentage } } } } }`,
      { id: university },
    );
    const { student } = institution;
    expect(student).toMatchObject({ complete: true, level: { code: 'UNDERGRADUATE', nationalCode: '85' } });
    expect(student.maskedIdentityNumber).toMatch(/^\d{1,3}\*+\d{2}$/);
    expect(student.enrolments.length).toBeGreaterThan(0);
    expect(student.certificates.length).toBeGreaterThan(0);
    const { results } = student;
    const parts = institution.other.results.flatMap(
      ({ components }: { components: unknown[] }) => components,
    );
    expect(parts).toContainEqual({
      kind: 'COURSEWORK',
      nativeName: '平时',
      nativeGrade: '92',
      percentage: '92',
    });
    expect(parts).toContainEqual({
      kind: 'EXAMINATION',
      nativeName: '期末',
      nativeGrade: '缺考',
      percentage: null,
    });
    for (const { exempted, counts } of results) if (exempted) expect(counts).toBe(false);
    for (const { sittings } of results) {
      expect(sittings.filter((sitting: { counts: boolean }) => sitting.counts).length).toBeLessThanOrEqual(1);
    }
  });

  it('show the catalogue with the history of its codes, the programmes, and how the school grades', async () => {
    const catalogue = await operation('portal/school-catalogue');
    const { institution } = await house.as('registrar').must(catalogue, { institutionId: university });
    expect(institution.schoolCourses).toMatchObject({ complete: true, provenance: { freshness: 'LIVE' } });
    expect(institution.schoolCourses.totalCount).toBe(institution.schoolCourses.edges.length);
    expect(institution.schoolProgrammes.edges[0].node.requirements.length).toBeGreaterThan(0);

    const renamed = institution.schoolCourses.edges
      .map(({ node }: { node: { code: string; formerCodes: { code: string }[] } }) => node)
      .find(({ formerCodes }: { formerCodes: unknown[] }) => formerCodes.length > 0);
    const found = await house
      .as('registrar')
      .must(catalogue, { institutionId: university, codes: [renamed.formerCodes[0].code] });
    expect(
      found.institution.schoolCourses.edges.map(({ node }: { node: { code: string } }) => node.code),
    ).toEqual([renamed.code]);
    // A group with a grade that nobody can judge is told apart from the others, which stand.
    const { data, errors } = await house
      .as('registrar')
      .ask(
        `{ institution(id: "${university}") { gradeDistributions { total counts { nativeGrade count } } } }`,
      );
    const distributions: ({ total: number } | null)[] = data.institution.gradeDistributions;
    expect(distributions.filter((one) => one === null)).toHaveLength(errors.length);
    const known = distributions.filter((one) => one !== null);
    expect(known.length).toBeGreaterThan(0);
    for (const { total } of known) expect(total).toBeGreaterThanOrEqual(10);
  });

  it('are refused where a school’s system has none, with the reason, and never as an empty list', async () => {
    const { data, errors } = await house
      .as('registrar')
      .with({ 'accept-language': 'en' })
      .ask(
        `{ institution(id: "${polytechnic}") { name gradeDistributions { total } schoolProgrammes { totalCount } } }`,
      );
    expect(data.institution).toEqual({
      name: '宁夏职业技术大学',
      gradeDistributions: null,
      schoolProgrammes: null,
    });
    expect(errors.map(({ path, extensions }) => [path!.at(-1), extensions['code']]).sort()).toEqual([
      ['gradeDistributions', 'RECORD_NOT_SUPPLIED'],
      ['schoolProgrammes', 'RECORD_NOT_SUPPLIED'],
    ]);
  });

  it('take an exemption from the school’s own registrar once, and show it as exempted, never as earned', async () => {
    const input = {
      idempotencyKey: 'exemption-of-the-proof',
      institutionId: university,
      studentNumber: '12021240004',
      courseCode: '24010101',
      term: '2026-2027-1',
      certificateNumber: 'AMRLO-2026-000042',
      kind: 'BOTH',
    };
    const write = (role: 'registrar' | 'learner', change: object = {}) =>
      house
        .as(role)
        .mutate(
          'writeBackExemption',
          'WriteBackExemptionInput',
          { ...input, ...change },
          'writeBack { state }',
        );
    expect(await write('registrar')).toEqual({ writeBack: { state: 'WRITTEN' }, userErrors: [] });
    expect(await write('registrar', { idempotencyKey: 'a-second-key-of-it' })).toEqual({
      writeBack: { state: 'ALREADY_WRITTEN' },
      userErrors: [],
    });
    expect(
      (await write('registrar', { courseCode: '99999999', idempotencyKey: 'no-such-course' })).userErrors,
    ).toHaveLength(1);
    const { institution } = await house
      .as('registrar')
      .must(
        `{ institution(id: "${university}") { student(number: "12021240004") { results { courseCode term { code } exempted counts } } } }`,
      );
    const written = institution.student.results.filter(
      ({ courseCode, term }: { courseCode: string; term: { code: string } | null }) =>
        courseCode === '24010101' && term?.code === '2026-2027-1',
    );
    expect(written).toEqual([
      { courseCode: '24010101', term: { code: '2026-2027-1' }, exempted: true, counts: false },
    ]);
  });

  describe('into which an exemption is written', () => {
    const input = {
      institutionId: university,
      studentNumber: '12021240004',
      term: '2026-2027-1',
      kind: 'BOTH',
    };
    const write = async (certificateNumber: string, courseCode: string) => {
      const { data, errors } = await house.as('registrar').ask(
        `mutation ($input: WriteBackExemptionInput!) {
           writeBackExemption(input: $input) { writeBack { state } userErrors { code } } }`,
        { input: { ...input, courseCode, certificateNumber, idempotencyKey: `trail-${certificateNumber}` } },
      );
      return { payload: data.writeBackExemption, codes: errors.map(({ extensions }) => extensions['code']) };
    };
    const trail = (certificateNumber: string) =>
      house.sql<{ actor: string; reference: string; outcome: string; subject_id: string }>(
        `select actor, subject_id, detail->>'reference' as reference, detail->>'outcome' as outcome
         from institutions.audit_event
         where action = 'WRITE_BACK_EXEMPTION' and detail->>'certificateNumber' = $1 order by xact, id`,
        [certificateNumber],
      );

    it('have its intent and outcome in the audit trail, by the one who wrote it, without the student', async () => {
      expect((await write('AMRLO-2026-000050', '24010102')).payload.writeBack).toEqual({ state: 'WRITTEN' });
      const rows = await trail('AMRLO-2026-000050');
      expect(rows.map(({ outcome }) => outcome)).toEqual(['INTENDED', 'WRITTEN']);
      expect(new Set(rows.map(({ reference }) => reference)).size).toBe(1);
      for (const { actor } of rows) expect(actor).toBe('demo-registrar');
      expect(JSON.stringify(rows)).not.toContain(input.studentNumber);
    });

    it('are not written to while the trail takes no entry', async () => {
      const { subgraphs } = house.alliance;
      const usual = subgraphs.get('institutions')!;
      subgraphs.set('institutions', (request) =>
        request.query.includes('recordExemptionWriteBack')
          ? Promise.reject(new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' }))
          : usual(request),
      );
      try {
        expect(await write('AMRLO-2026-000051', '24020202')).toEqual({
          payload: null,
          codes: ['UPSTREAM_UNAVAILABLE'],
        });
      } finally {
        subgraphs.set('institutions', usual);
      }
      expect(await trail('AMRLO-2026-000051')).toEqual([]);
      // It is written now and was not there already: nothing had been sent.
      expect((await write('AMRLO-2026-000051', '24020202')).payload.writeBack).toEqual({ state: 'WRITTEN' });
    });

    it('leave an intent alone in the trail when they fail while they write', async () => {
      await house.schoolSql(`create function fail_to_write() returns trigger language plpgsql as
        $$ begin raise exception 'disk full'; end $$`);
      await house.schoolSql(`do $$ declare name regclass; begin
        for name in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind = 'r' and n.nspname not like 'pg_%' and n.nspname <> 'information_schema'
        loop
          execute format('create trigger failing before insert on %s for each row execute function fail_to_write()', name);
        end loop; end $$`);
      try {
        expect((await write('AMRLO-2026-000052', '24020203')).payload).toBeNull();
      } finally {
        await house.schoolSql('drop function fail_to_write() cascade');
      }
      expect((await trail('AMRLO-2026-000052')).map(({ outcome }) => outcome)).toEqual(['INTENDED']);
    });

    it('keep their trail free of what strangers say', async () => {
      const entry = (role: 'learner' | 'registrar' | 'secretariat', institutionId: string) =>
        house.as(role).ask(
          `mutation ($input: RecordExemptionWriteBackInput!) {
             recordExemptionWriteBack(input: $input) { entry { reference } userErrors { code } } }`,
          {
            input: {
              institutionId,
              studentNumber: '1',
              courseCode: '1',
              certificateNumber: 'AMRLO-2026-FALSE',
              kind: 'BOTH',
              outcome: 'WRITTEN',
              reference: 'a-false-entry',
            },
          },
        );
      for (const role of ['learner', 'secretariat'] as const)
        expect((await entry(role, university)).errors[0]!.extensions['code']).toBe('FORBIDDEN_FIELD');
      expect((await entry('registrar', polytechnic)).data.recordExemptionWriteBack).toEqual({
        entry: null,
        userErrors: [{ code: 'ACTION_FORBIDDEN' }],
      });
      expect(await trail('AMRLO-2026-FALSE')).toEqual([]);
    });
  });

  it('tell the secretariat which system is up, what it holds and what it cannot do', async () => {
    const { institutions } = await house
      .as('secretariat')
      .must(await operation('secretariat/records-systems'));
    const systems = new Map(
      institutions.edges.map(({ node }: { node: { id: string; recordsSystem: unknown } }) => [
        node.id,
        node.recordsSystem,
      ]),
    );
    expect(systems.get(university)).toMatchObject({ kind: 'SQL', health: 'UP', freshness: 'LIVE' });
    expect((systems.get(university) as { capabilities: string[] }).capabilities).toEqual(
      expect.arrayContaining(['COURSE_CATALOGUE', 'CERTIFICATES', 'CHANGES', 'VERIFICATION', 'WRITE_BACK']),
    );
    expect(systems.get(polytechnic)).toMatchObject({
      kind: 'DROP',
      freshness: 'CACHED',
      coverage: { rejectedRows: 2 },
    });
  });

  it('keep verification and changes for services', async () => {
    const learner = await house.as('learner').ask(
      `{ institution(id: "${university}") { recordChanges { cursor }
         student(number: "12019240001") { verification(holder: { name: "x", identityNumberHash: "x", salt: "0123456789abcdef" }, claim: {}) { holds } } } }`,
    );
    expect(learner.data.institution).toMatchObject({ recordChanges: null });
    expect(new Set(learner.errors.map(({ extensions }) => extensions['code']))).toEqual(
      new Set(['FORBIDDEN_FIELD']),
    );
  });
});
