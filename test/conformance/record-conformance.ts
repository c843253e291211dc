import { expect, test } from '@jest/globals';
import { mask } from '../../subgraphs/kit/room/encryption/mask.js';
import { entities, expectRefused, type ConformanceBench, type Row } from './conformance-bench.js';

const levelCodes: Readonly<Record<string, string>> = {
  UNDERGRADUATE: '85',
  JUNIOR_COLLEGE: '86',
  JUNIOR_COLLEGE_TO_UNDERGRADUATE: '783',
  UPPER_SECONDARY_TO_UNDERGRADUATE: '784',
};
const formCodes: Readonly<Record<string, string>> = {
  ADULT: '321',
  REGULAR: '322',
  ONLINE: '1221',
  SECONDARY_VOCATIONAL: '1381',
  SELF_STUDY: '1421',
};
const statusCodes: Readonly<Record<string, string>> = {
  GRADUATED: '1261',
  COMPLETED: '1262',
  ENROLLED: '1690',
};

/** What every adapter must keep about records: sittings, what counts, codes, enrolments and certificates. */
export function describeRecordConformance(bench: ConformanceBench): void {
  const { fixture } = bench;

  test('names level, form and status by the national codes, and by none that it does not know', async () => {
    for (const row of entities(await bench.askAll())) {
      const { level, studyForm } = row as Record<string, Row | null>;
      const { enrolmentStatus, enrolmentStatusCode } = row as Record<string, string | null>;
      if (level !== null) {
        expect(level!['nationalCode']).toBe(levelCodes[String(level!['code'])] ?? null);
        expect(level!['nativeName']).toEqual(expect.any(String));
      }
      if (studyForm !== null) {
        expect(studyForm!['nationalCode']).toBe(formCodes[String(studyForm!['code'])] ?? null);
      }
      expect(enrolmentStatusCode).toBe(statusCodes[enrolmentStatus ?? ''] ?? null);
    }
  });

  test('shows identity numbers masked, or not at all', async () => {
    for (const row of entities(await bench.askAll())) {
      const shown = row!['maskedIdentityNumber'] as string | null;
      const { holder } = fixture;
      if (holder === undefined) expect(shown).toBeNull();
      else if (row!['studentNumber'] === holder.studentNumber)
        expect(shown).toBe(mask(holder.identityNumber));
      if (shown !== null) expect(shown).toContain('*');
    }
  });

  test('says of every sitting what it was, and which one counts', async () => {
    for (const result of await bench.allOf('results')) {
      const sittings = result['sittings'] as Row[];
      const counting = sittings.filter(({ counts }) => counts === true);
      if (result['exempted'] === true) expect(counting).toEqual([]);
      else expect(counting).toHaveLength(sittings.length === 0 ? 0 : 1);
      for (const { kind, percentage, passed } of counting) {
        expect([kind, percentage, passed]).toEqual([
          result['attemptKind'],
          result['percentage'],
          result['passed'],
        ]);
      }
      // No sitting that passed is worse off than one that failed.
      if (sittings.some(({ passed }) => passed === true)) expect(result['passed']).toBe(true);
    }
  });

  test('lets one passed result of a course count, never an exempted one', async () => {
    for (const row of entities(await bench.askAll())) {
      const results = (row!['results'] as Row[] | null) ?? [];
      const counting = results.filter(({ counts }) => counts === true);
      for (const result of counting) expect(result).toMatchObject({ passed: true, exempted: false });
      const courses = counting.map(({ courseCode }) => courseCode);
      expect(new Set(courses).size).toBe(courses.length);
      for (const result of results) {
        if (result['exempted'] === true) expect(result['counts']).toBe(false);
        else if (result['courseCode'] === null || result['passed'] === null) {
          expect(result['counts']).toBeNull();
        }
      }
    }
  });

  test('flags every row whose key another row has, lets none of them count, and calls no such record complete', async () => {
    for (const row of entities(await bench.askAll())) {
      const results = (row!['results'] as Row[] | null) ?? [];
      const byKey = Map.groupBy(results, ({ nativeKey }) => nativeKey);
      for (const same of byKey.values()) {
        for (const { flags, counts } of same) {
          expect((flags as string[]).includes('KEY_NOT_UNIQUE')).toBe(same.length > 1);
          if (same.length > 1) expect(counts).not.toBe(true);
        }
      }
      if (byKey.size < results.length) expect(row!['complete']).toBe(false);
    }
  });

  test('calls no record complete of which a grade was not understood or hours were not believed', async () => {
    for (const row of entities(await bench.askAll())) {
      const results = (row!['results'] as Row[] | null) ?? [];
      const flags = results.flatMap((result) => result['flags'] as string[]);
      const isUnclear = flags.includes('UNKNOWN_GRADE_WORD') || flags.includes('HOURS_IMPLAUSIBLE');
      if (isUnclear) expect(row!['complete']).toBe(false);
    }
  });

  test('does not find students and rows by keys that no system can have, and asks it nothing', async () => {
    const impossible = ['a\u0000b', '1\n2', 'x'.repeat(65), '\ud800'];
    const rows = (__typename: string) =>
      [...impossible.map((number) => `${number}|1`), `1|${'x'.repeat(257)}`, '1|a\u0000b', '1|'].map(
        (nativeKey) => ({ __typename, institutionId: bench.institutionId, nativeKey }),
      );
    const asked = [
      ...impossible.map((number) => bench.record(number)),
      ...rows('CourseResult'),
      ...rows('SchoolCertificate'),
    ];
    const before = bench.opened.statements?.();
    const answer = await bench.ask(asked);
    expect(answer).toEqual({ data: { _entities: asked.map(() => null) } });
    expect(bench.opened.statements?.()).toBe(before);
  });

  test('keeps the components of grades, or says that it has none to give', async () => {
    const answer = await bench.askAll();
    const found: unknown[] = [];
    for (const [at, row] of entities(answer).entries()) {
      for (const [index, result] of ((row!['results'] as Row[] | null) ?? []).entries()) {
        const components = result['components'] as Row[] | null;
        const path = `_entities.${at}.results.${index}.components`;
        if (!bench.supplies('GRADE_COMPONENTS')) expectRefused(answer, path, components);
        else found.push(...components!);
      }
    }
    if (bench.supplies('GRADE_COMPONENTS')) expect(found.length).toBeGreaterThan(0);
  });

  test.each([
    ['enrolments', 'ENROLMENTS'],
    ['certificates', 'CERTIFICATES'],
  ] as const)(
    'gives %s with their provenance, or says that it has none to give',
    async (field, capability) => {
      const answer = await bench.askAll();
      const found: Row[] = [];
      for (const [at, row] of entities(answer).entries()) {
        const list = row![field] as Row[] | null;
        if (!bench.supplies(capability)) expectRefused(answer, `_entities.${at}.${field}`, list);
        else found.push(...list!);
      }
      if (!bench.supplies(capability)) return;
      expect(found.length).toBeGreaterThan(0);
      for (const row of found) bench.expectProvenance(row);
    },
  );

  test('gives enrolments oldest first', async () => {
    for (const row of entities(await bench.askAll())) {
      const days = ((row!['enrolments'] as Row[] | null) ?? [])
        .map(({ from }) => from as string | null)
        .filter((day) => day !== null);
      expect(days).toEqual(days.toSorted());
    }
  });

  test('finds each certificate again by its own key', async () => {
    const certificates = await bench.allOf('certificates');
    const keys = certificates.map(({ nativeKey }) => ({
      __typename: 'SchoolCertificate',
      institutionId: bench.institutionId,
      nativeKey,
    }));
    expect(new Set(keys.map(({ nativeKey }) => nativeKey)).size).toBe(keys.length);
    const timeless = (row: Row) => ({
      ...row,
      __typename: undefined,
      provenance: { ...(row['provenance'] as Row), asOf: null },
    });
    const found = entities(await bench.ask(keys)).map((row) => timeless(row!));
    expect(found).toEqual(certificates.map(timeless));
  });
}
