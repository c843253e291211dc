import { describe, expect, test } from '@jest/globals';
import { contractSdl } from '../../subgraphs/records/contract.js';
import { createTestRouter, entities, person, record, twoSchools } from './records-fixture.js';

const plain = entities('... on StudentRecord { studentNumber name complete }');

describe('the records router', () => {
  test('answers nothing without an assertion for records, _service included', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    for (const query of ['{ _service { sdl } }', '{ __typename }', plain]) {
      await expect(ask(query, { r: [] }, { audience: '' })).rejects.toMatchObject({
        code: 'ASSERTION_MISSING',
      });
      await expect(ask(query, { r: [] }, { audience: 'learners' })).rejects.toMatchObject({
        code: 'ASSERTION_MISSING',
      });
    }
    expect(await ask('{ s: _service { sdl } __typename }')).toEqual({
      data: { s: { sdl: contractSdl }, __typename: 'Query' },
    });
  });

  test('splits by institution, asks each school once, and puts everything back in its place', async () => {
    const [a, b] = twoSchools();
    const { ask, verifier } = await createTestRouter([a, b]);
    const r = [
      record('inst_b', '2'),
      record('inst_a', '1'),
      record('inst_b', 'x'),
      record('inst_a', '2'),
      record('inst_b', '1'),
      record('inst_b', '2'),
    ];
    expect(await ask(plain, { r })).toEqual({
      data: {
        _entities: [
          { studentNumber: '2', name: '李*', complete: true },
          { studentNumber: '1', name: '张*', complete: true },
          null,
          { studentNumber: '2', name: '李*', complete: true },
          { studentNumber: '1', name: '张*', complete: true },
          { studentNumber: '2', name: '李*', complete: true },
        ],
      },
    });
    expect([a.asked.length, b.asked.length]).toEqual([1, 1]);
    expect(b.askedFor).toEqual([[r[0], r[2], r[4]]]);
    const principal = await verifier.verify(a.asked[0]!.assertion, 'adapter:inst_a');
    expect(principal).toMatchObject({ kind: 'SERVICE', subject: 'service:records' });
    await expect(verifier.verify(a.asked[0]!.assertion, 'adapter:inst_b')).rejects.toMatchObject({
      code: 'ASSERTION_MISSING',
    });
  });

  test('keeps aliases, fragments, conditions and variables', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b]);
    const query = /* GraphQL */ `
      query Archive($one: [_Any!]!, $number: String!, $deep: Boolean!, $age: Int) {
        ...Roots
      }
      fragment Roots on Query {
        first: _entities(representations: $one) {
          ...Person
        }
        second: _entities(
          representations: [
            { __typename: "StudentRecord", institutionId: "inst_b", studentNumber: $number }
            { __typename: "CourseResult", institutionId: "inst_a", nativeKey: "1|z" }
          ]
        ) {
          ... on StudentRecord {
            no: studentNumber
            ...Person
          }
          ... on CourseResult {
            title: courseName
          }
        }
      }
      fragment Person on StudentRecord {
        called: name
        grades: results(maxAge: $age) @include(if: $deep) {
          key: nativeKey
          from: provenance {
            how: freshness
          }
        }
      }
    `;
    const one = [record('inst_a', '2')];
    const grades = (number: string) =>
      ['a', 'b'].map((key) => ({ key: `${number}|${key}`, from: { how: 'LIVE' } }));
    expect(await ask(query, { one, number: '1', deep: true, age: 30 })).toEqual({
      data: {
        first: [{ called: '李*', grades: grades('2') }],
        second: [{ no: '1', called: '张*', grades: grades('1') }, { title: 'course z' }],
      },
    });
    expect([a.asked.length, b.asked.length]).toEqual([1, 1]);
    expect(await ask(query, { one, number: '1', deep: false })).toMatchObject({
      data: { first: [{ called: '李*' }] },
    });
  });

  test('refuses operations that do not fit the contract', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    await expect(ask('{ nothing }')).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    await expect(ask('{')).rejects.toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
  });

  test('answers introspection of the contract and malformed references', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    expect(await ask('{ __type(name: "Provenance") { name } }')).toEqual({
      data: { __type: { name: 'Provenance' } },
    });
    const r = [{ __typename: 'StudentRecord', institutionId: 'inst_a' }, { __typename: 'Nothing' }, {}];
    expect(await ask(plain, { r })).toEqual({ data: { _entities: [null, null, null] } });
    expect(a.requests).toEqual([]);
  });
});

describe('who sees which record', () => {
  const both = { r: [record('inst_a', '1'), record('inst_b', '1')] };
  const shown = async (
    ask: Awaited<ReturnType<typeof createTestRouter>>['ask'],
    principal: ReturnType<typeof person>,
  ) => ((await ask(plain, both, { principal })).data!['_entities'] as unknown[]).map((row) => row !== null);

  test('a registrar and an administrator see their institution, others nothing', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b]);
    expect(await shown(ask, person('x', 'REGISTRAR', 'inst_a'))).toEqual([true, false]);
    expect(await shown(ask, person('x', 'INSTITUTION_ADMIN', 'inst_b'))).toEqual([false, true]);
    expect(await shown(ask, person('x', 'TEACHER', 'inst_a'))).toEqual([false, false]);
    expect(await shown(ask, person('x', 'SECRETARIAT'))).toEqual([false, false]);
    expect(await shown(ask, { kind: 'ANONYMOUS', subject: '', grants: [], scopes: [] })).toEqual([
      false,
      false,
    ]);
  });

  test('a learner sees linked records, and a new link works at once although links are kept', async () => {
    const [a, b] = twoSchools();
    const { ask, links, clock, wakes } = await createTestRouter([a, b], {
      links: [{ institutionId: 'inst_a', studentNumber: '1' }],
    });
    const principal = person('chen');
    expect(await shown(ask, principal)).toEqual([true, false]);
    expect(b.requests).toEqual([]);
    links.list = [...links.list, { institutionId: 'inst_b', studentNumber: '1' }];
    clock.advance(1_000);
    expect(await shown(ask, principal)).toEqual([true, true]);
    const { reads } = links;
    expect(await shown(ask, principal)).toEqual([true, true]);
    expect(links.reads).toBe(reads);
    links.list = [];
    wakes.publish({ type: 'StudentRecordLink', id: 'x' });
    expect(await shown(ask, principal)).toEqual([false, false]);
  });

  test('a kept copy is checked again: what a registrar has read is not shown to another learner', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b]);
    await ask(plain, both);
    expect(await shown(ask, person('nobody'))).toEqual([false, false]);
  });

  test('a learner sees only own course results, whatever their keys say', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { links: [{ institutionId: 'inst_a', studentNumber: '1' }] });
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on CourseResult { courseName } } }';
    const r = ['1|a', '2|a'].map((nativeKey) => ({
      __typename: 'CourseResult',
      institutionId: 'inst_a',
      nativeKey,
    }));
    const answer = { data: { _entities: [{ courseName: 'course a' }, null] } };
    expect(await ask(query, { r }, { principal: person('chen') })).toEqual(answer);
    expect(await ask(query, { r }, { principal: person('chen') })).toEqual(answer);
  });

  test('nothing is shown, and said, when links cannot be read', async () => {
    const [a] = twoSchools();
    const { ask, links } = await createTestRouter([a]);
    links.fails = true;
    expect(await ask(plain, { r: [record('inst_a', '1')] }, { principal: person('chen') })).toMatchObject({
      data: { _entities: [{ studentNumber: '1', name: null, complete: false }] },
      errors: [{ path: ['_entities', 0, 'name'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    expect(a.requests).toEqual([]);
  });

  test('only a service may ask who holds a record', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on StudentRecord { heldBy(name: "x", identityNumberHash: "y", salt: "1234567890123456") } } }';
    const variables = { r: [record('inst_a', '1')] };
    await expect(
      ask(query, variables, { principal: person('x', 'REGISTRAR', 'inst_a') }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN_FIELD' });
    expect(await ask(query, variables)).toEqual({ data: { _entities: [{ heldBy: true }] } });
    await ask(query, variables);
    expect(a.asked).toHaveLength(2);
  });
});
