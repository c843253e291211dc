import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { createTestRouter, FakeSchool, names, person, record } from '../../rooms/records-fixture.js';

const schoolIds = ['inst_a', 'inst_b', 'inst_c'];
const schoolsOf = () => schoolIds.map((id) => new FakeSchool(id, names()));
const ids = [...schoolIds, 'inst_z'];

/** What an adapter of its own would answer to one reference, when the whole contract is asked. */
function expected(reference: Record<string, string>, down: ReadonlySet<string>): unknown {
  const { __typename: type, institutionId, studentNumber, nativeKey = '', id } = reference;
  if (type === 'Nothing') return null;
  const school = type === 'Institution' ? id! : institutionId!;
  const isDown = school === 'inst_z' || down.has(school);
  if (type === 'Institution') return { it: school, list: isDown ? null : { totalCount: 2 } };
  const number = studentNumber ?? nativeKey.split('|')[0]!;
  if (!isDown && !names().has(number)) return null;
  if (type === 'StudentRecord') {
    const key = { no: number, at: school };
    return isDown ? { ...key, name: null } : { ...key, name: names().get(number) };
  }
  const part = nativeKey.split('|')[1]!;
  if (type === 'CourseResult') return { k: nativeKey, title: isDown ? null : `course ${part}` };
  return { k: nativeKey, called: isDown ? null : `certificate ${part}` };
}

const query = /* GraphQL */ `
  query ($x: [_Any!]!, $y: [_Any!]!, $in: [_Any!]!, $no: Boolean!) {
    first: _entities(representations: $x) {
      ...Everything
    }
    second: _entities(representations: $y) {
      ... on StudentRecord {
        no: studentNumber
        at: institutionId
      }
      ...Everything
      ... on StudentRecord @skip(if: $no) {
        enrolments {
          programme
        }
      }
    }
    third: _entities(representations: $in) @include(if: $no) {
      ... on Institution {
        it: id
        also: schoolCourses(maxAge: 10) {
          totalCount
        }
      }
      ...Everything
    }
  }
  fragment Everything on _Entity {
    ... on StudentRecord {
      no: studentNumber
      at: institutionId
      ...Named
    }
    ... on CourseResult {
      k: nativeKey
      title: courseName
    }
    ... on SchoolCertificate {
      k: nativeKey
      called: name
    }
    ... on Institution {
      it: id
      list: schoolCourses {
        totalCount
      }
    }
  }
  fragment Named on StudentRecord {
    name
  }
`;

const school = fc.constantFrom(...ids);
const number = fc.constantFrom('1', '2', 'x');
const reference = fc.oneof(
  fc.record({ __typename: fc.constant('StudentRecord'), institutionId: school, studentNumber: number }),
  fc
    .tuple(fc.constantFrom('CourseResult', 'SchoolCertificate'), school, number, fc.constantFrom('a', 'b'))
    .map(([__typename, institutionId, of, key]) => ({
      __typename,
      institutionId,
      nativeKey: `${of}|${key}`,
    })),
  fc.record({ __typename: fc.constant('Institution'), id: school }),
  fc.constant({ __typename: 'Nothing' }),
);

describe('one wave', () => {
  test('puts every answer and every error where it was asked, with one call to each school at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(reference, { maxLength: 12 }),
        fc.array(reference, { maxLength: 12 }),
        fc.array(reference, { maxLength: 6 }),
        fc.boolean(),
        fc.subarray(schoolIds),
        async (x, y, inner, no, failing) => {
          const schools = schoolsOf();
          const down = new Set(failing);
          for (const one of schools)
            if (down.has(one.institutionId)) one.respond = () => Promise.reject(new Error('down'));
          const { ask, router } = await createTestRouter(schools);
          const { data, errors = [] } = await ask(query, { x, y, in: inner, no });
          const lists: Record<string, readonly Record<string, string>[]> = {
            first: x,
            second: y,
            ...(no ? { third: inner } : {}),
          };
          expect(Object.keys(data!).sort()).toEqual(Object.keys(lists).sort());
          const paths: string[] = [];
          for (const [key, list] of Object.entries(lists)) {
            const answers = data![key] as Record<string, unknown>[];
            expect(answers).toHaveLength(list.length);
            list.forEach((one, index) => {
              const wanted = expected(one, down) as Record<string, unknown> | null;
              if (wanted === null) return expect(answers[index]).toBeNull();
              expect(answers[index]).toMatchObject(wanted);
              const missing = ['name', 'title', 'called', 'list'].find((field) => wanted[field] === null);
              if (missing !== undefined) paths.push(`${key}.${index}.${missing}`);
              if (key === 'third' && missing === 'list') paths.push(`${key}.${index}.also`);
              if (key === 'second' && one['__typename'] === 'StudentRecord' && !no) {
                const enrolments = missing === undefined ? [{ programme: 'Mathematics' }] : null;
                expect(answers[index]).toMatchObject({ enrolments });
              }
            });
          }
          expect(errors.map(({ path }) => path!.join('.')).sort()).toEqual(paths.sort());
          for (const one of schools) expect(one.requests.length).toBeLessThanOrEqual(1);
          await router.stop();
        },
      ),
      { numRuns: 30 },
    );
  });

  test('names results, records, certificates and the catalogue of one school in one call, and only what is asked', async () => {
    const [a, b] = schoolsOf() as [FakeSchool, FakeSchool];
    const { ask } = await createTestRouter([a, b]);
    const x = [
      record('inst_a', '1'),
      { __typename: 'CourseResult', institutionId: 'inst_a', nativeKey: '2|a' },
    ];
    const y = [
      record('inst_a', '1'),
      { __typename: 'SchoolCertificate', institutionId: 'inst_a', nativeKey: '1|c' },
    ];
    await ask(query, { x, y, in: [{ __typename: 'Institution', id: 'inst_a' }], no: true });
    expect(a.requests).toHaveLength(1);
    expect(b.requests).toHaveLength(0);
    const { variables, query: sent } = a.requests[0]!;
    expect([0, 1, 2].map((at) => variables![`amrloRepresentations${at}`])).toEqual([
      x,
      y,
      [{ __typename: 'Institution', id: 'inst_a' }],
    ]);
    expect(Object.keys(variables!).sort()).toEqual([
      'amrloIntroduced',
      'amrloRepresentations0',
      'amrloRepresentations1',
      'amrloRepresentations2',
      'no',
    ]);
    expect(sent).not.toContain('waitMs');
  });

  test('asks the schools at once and not one after the other', async () => {
    const schools = schoolsOf();
    const { ask } = await createTestRouter(schools);
    const order: string[] = [];
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    for (const one of schools)
      one.respond = async (_, usual) => {
        order.push(one.institutionId);
        if (order.length === schools.length) release();
        await all;
        return usual();
      };
    const r = ['inst_c', 'inst_a', 'inst_b', 'inst_c'].map((id) => record(id, '1'));
    const answer = await ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on StudentRecord { institutionId } } }',
      { r },
    );
    expect(answer).toEqual({
      data: {
        _entities: ['inst_c', 'inst_a', 'inst_b', 'inst_c'].map((institutionId) => ({ institutionId })),
      },
    });
  });

  test('asks a school about nothing that is certainly not the reader’s', async () => {
    const [a, b] = schoolsOf() as [FakeSchool, FakeSchool];
    const { ask } = await createTestRouter([a, b], {
      links: [{ institutionId: 'inst_a', studentNumber: '2' }],
    });
    const r = [record('inst_a', '1'), record('inst_a', '2'), record('inst_b', '2')];
    await ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on StudentRecord { name } } }',
      { r },
      { principal: person('chen') },
    );
    expect(a.askedFor).toEqual([[r[1]]]);
    expect(b.requests).toEqual([]);
  });
});
