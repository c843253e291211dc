import { beforeEach, describe, expect, test } from '@jest/globals';
import { anonymous } from '../../../subgraphs/kit/base/identity/principal.js';
import { createTestRouter, FakeSchool, names, person, record } from '../../rooms/records-fixture.js';

const institution = (id: string) => ({ __typename: 'Institution', id });
const entities = (selection: string, variables = '') =>
  `query ($r: [_Any!]!${variables}) { _entities(representations: $r) { ${selection} } }`;

const catalogue = entities(/* GraphQL */ `
  ... on Institution {
    id
    __typename
    courses: schoolCourses(first: 1) {
      edges {
        cursor
        node {
          code
        }
      }
      complete
      provenance {
        freshness
        asOf
      }
    }
    programmes: schoolProgrammes {
      totalCount
    }
    gradeDistributions {
      referenceGroup
      provenance {
        freshness
      }
    }
  }
`);
const answered = (id: string, freshness = 'LIVE', complete = true) => ({
  id,
  __typename: 'Institution',
  courses: {
    edges: [{ cursor: 'C1', node: { code: 'C1' } }],
    complete,
    provenance: { freshness, asOf: '2026-01-15T08:00:00.000Z' },
  },
  programmes: { totalCount: 0 },
  gradeDistributions: [{ referenceGroup: 'all', provenance: { freshness } }],
});

let a: FakeSchool;
let b: FakeSchool;
beforeEach(() => {
  a = new FakeSchool('inst_a', names());
  b = new FakeSchool('inst_b', names());
});

describe("what an Institution says through its school's adapter", () => {
  test('is asked of each school once, and shown to anybody who is signed in', async () => {
    const { ask, links } = await createTestRouter([a, b]);
    const r = [institution('inst_b'), institution('inst_a'), institution('inst_b')];
    const answer = await ask(catalogue, { r }, { principal: person('anybody') });
    expect(answer).toEqual({ data: { _entities: ['inst_b', 'inst_a', 'inst_b'].map((id) => answered(id)) } });
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
    expect(b.askedFor).toEqual([[institution('inst_b')]]);
    expect(links.reads).toBe(0);
  });

  test('is not asked for nobody, nor where nothing of it is selected', async () => {
    const { ask } = await createTestRouter([a]);
    const nobody = await ask(catalogue, { r: [institution('inst_a')] }, { principal: anonymous });
    expect(nobody).toMatchObject({
      data: { _entities: [{ id: 'inst_a', courses: null, gradeDistributions: null }] },
    });
    const skipped = entities(
      '... on Institution { id schoolCourses @include(if: $yes) { totalCount } }',
      ', $yes: Boolean = false',
    );
    expect(await ask(skipped, { r: [institution('inst_a')] })).toEqual({
      data: { _entities: [{ id: 'inst_a' }] },
    });
    expect(a.requests).toEqual([]);
    expect(await ask(skipped, { r: [institution('inst_a')], yes: true })).toEqual({
      data: { _entities: [{ id: 'inst_a', schoolCourses: { totalCount: 2 } }] },
    });
  });

  test('comes beside recordsSystem, under aliases and fragments, with one call to the school', async () => {
    const { ask } = await createTestRouter([a]);
    const query =
      entities(/* GraphQL */ `
      ...Both
      ... on Institution { again: schoolCourses { totalCount } }
    `) +
      'fragment Both on Institution { state: recordsSystem { health name } list: schoolCourses { totalCount } it: id }';
    expect(await ask(query, { r: [institution('inst_a')] })).toEqual({
      data: {
        _entities: [
          {
            state: { health: 'UP', name: 'Fake 1.0' },
            list: { totalCount: 2 },
            it: 'inst_a',
            again: { totalCount: 2 },
          },
        ],
      },
    });
    expect(a.requests).toHaveLength(1);
    // The router's own field is never asked of a school under the client's names.
    expect(a.requests[0]!.query).not.toContain('state');
  });

  test('is null with an error at every field where no records system is connected, and recordsSystem is just null', async () => {
    const { ask } = await createTestRouter([a]);
    const query = entities(
      '... on Institution { recordsSystem { health } schoolCourses { totalCount } few: gradeDistributions { total } }',
    );
    const answer = await ask(query, { r: [institution('inst_z')] });
    expect(answer.data).toEqual({ _entities: [{ recordsSystem: null, schoolCourses: null, few: null }] });
    expect(answer.errors).toMatchObject([
      {
        path: ['_entities', 0, 'schoolCourses'],
        extensions: { code: 'SCHOOL_NOT_CONNECTED', retryable: false },
      },
      { path: ['_entities', 0, 'few'], extensions: { code: 'SCHOOL_NOT_CONNECTED' } },
    ]);
  });

  test('is an error at its own fields only when the school fails; the system says that it is down', async () => {
    const { ask } = await createTestRouter([a, b]);
    a.respond = () => Promise.reject(new Error('down'));
    const query = entities('... on Institution { recordsSystem { health } schoolCourses { totalCount } }');
    const answer = await ask(query, { r: [institution('inst_a'), institution('inst_b')] });
    expect(answer.data).toEqual({
      _entities: [
        { recordsSystem: { health: 'DEGRADED' }, schoolCourses: null },
        { recordsSystem: { health: 'UP' }, schoolCourses: { totalCount: 2 } },
      ],
    });
    expect(answer.errors).toMatchObject([
      { path: ['_entities', 0, 'schoolCourses'], extensions: { code: 'SCHOOL_UNAVAILABLE' } },
    ]);
    expect(a.requests).toHaveLength(1);
  });

  test('is shown also when nobody knows whose records the reader has', async () => {
    const { ask, links } = await createTestRouter([a]);
    links.fails = true;
    const query = entities(
      '... on StudentRecord { name } ... on Institution { schoolCourses { totalCount } }',
    );
    const r = [record('inst_a', '1'), institution('inst_a')];
    const answer = await ask(query, { r }, { principal: person('chen') });
    expect(answer).toMatchObject({
      data: { _entities: [{ name: null }, { schoolCourses: { totalCount: 2 } }] },
      errors: [{ path: ['_entities', 0, 'name'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
  });

  test('is kept for its time and given as STALE and incomplete when the school fails', async () => {
    const { ask, clock } = await createTestRouter([a]);
    const r = [institution('inst_a')];
    await ask(catalogue, { r });
    expect(await ask(catalogue, { r })).toEqual({ data: { _entities: [answered('inst_a', 'CACHED')] } });
    clock.advance(100_000);
    a.respond = () => Promise.reject(new Error('down'));
    expect(await ask(catalogue, { r })).toEqual({
      data: { _entities: [answered('inst_a', 'STALE', false)] },
    });
  });
});

describe('certificates as entities of their own', () => {
  const query = entities('... on SchoolCertificate { name studentNumber }');
  const r = ['1|c', '2|c', 'x|c'].map((nativeKey) => ({
    __typename: 'SchoolCertificate',
    institutionId: 'inst_a',
    nativeKey,
  }));

  test('are routed by institution, and a learner sees only own ones', async () => {
    const { ask } = await createTestRouter([a], { links: [{ institutionId: 'inst_a', studentNumber: '1' }] });
    const mine = { name: 'certificate c', studentNumber: '1' };
    expect(await ask(query, { r })).toEqual({
      data: { _entities: [mine, { ...mine, studentNumber: '2' }, null] },
    });
    for (const _ of ['asked', 'kept']) {
      expect(await ask(query, { r }, { principal: person('chen') })).toEqual({
        data: { _entities: [mine, null, null] },
      });
    }
  });
});

describe('fields for services only', () => {
  const claim =
    'holder: { name: "x", identityNumberHash: "y", salt: "1234567890123456" }, claim: { nativeKey: "1|a" }';
  const verification = entities(`... on StudentRecord { verification(${claim}) { holds outcome } }`);
  const changes = entities('... on Institution { recordChanges(first: 5) { cursor hasMore } }');
  const about = { r: [record('inst_a', '1'), institution('inst_a')] };

  test.each([
    ['StudentRecord.verification', verification],
    ['Institution.recordChanges', changes],
  ])('%s is refused to everybody else', async (field, query) => {
    const { ask } = await createTestRouter([a]);
    for (const role of ['REGISTRAR', 'INSTITUTION_ADMIN', 'SECRETARIAT'] as const) {
      await expect(ask(query, about, { principal: person('x', role, 'inst_a') })).rejects.toMatchObject({
        code: 'FORBIDDEN_FIELD',
        parameters: { field },
      });
    }
    expect(a.requests).toEqual([]);
  });

  test.each([
    ['verification', verification, { verification: { holds: true, outcome: 'CONFIRMED' } }],
    ['recordChanges', changes, { recordChanges: { cursor: 'c1', hasMore: false } }],
  ])(
    '%s is asked every time, of each asker for itself, and never answered from a copy',
    async (_, query, value) => {
      const { ask, clock } = await createTestRouter([a]);
      const answers = await Promise.all([ask(query, about), ask(query, about)]);
      for (const answer of answers) expect(answer.data!['_entities']).toContainEqual(value);
      expect(a.asked).toHaveLength(2);
      await ask(query, about);
      expect(a.asked).toHaveLength(3);
      a.respond = () => new Promise(() => undefined);
      const late = ask(query, about);
      await a.untilAsked(4);
      clock.advance(200);
      expect(JSON.stringify((await late).errors)).toContain('SCHOOL_TIMEOUT');
    },
  );
});

describe('a page of the catalogue', () => {
  const query = entities('... on Institution { schoolCourses { edges { cursor node { code } } } }');

  test.each<[string, unknown]>([
    ['without an edge that is promised', { edges: [null] }],
    ['without its edges', { edges: null }],
    ['with an edge that has no cursor', { edges: [{ cursor: null, node: null }] }],
  ])('%s breaks the contract', async (_, page) => {
    const { ask } = await createTestRouter([a]);
    a.respond = async (_request, usual) => {
      const { data } = await usual();
      (data!['_entities'] as Record<string, unknown>[])[0]!['schoolCourses'] = page;
      return { data: data! };
    };
    expect(await ask(query, { r: [institution('inst_a')] })).toMatchObject({
      data: { _entities: [{ schoolCourses: null }] },
      errors: [{ path: ['_entities', 0, 'schoolCourses'], extensions: { code: 'SCHOOL_CONTRACT_BROKEN' } }],
    });
  });
});
