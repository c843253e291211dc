import { describe, expect, test } from '@jest/globals';
import { createTestRouter, FakeSchool, full, live, names, record } from '../../rooms/records-fixture.js';

describe('a client cannot make a school look broken', () => {
  test('by aliases that stand in the way of the proof', async () => {
    const a = new FakeSchool('inst_a', names());
    const { ask } = await createTestRouter([a], { guard: { failures: 1 } });
    const query = /* GraphQL */ `
      query ($amrloRepresentations0: [_Any!]!) {
        amrloService: _entities(representations: $amrloRepresentations0) {
          ... on StudentRecord {
            amrloInstitution: name
            amrloStudent: complete
            amrlo_Owner: name
          }
        }
      }
    `;
    expect(await ask(query, { amrloRepresentations0: [record('inst_a', '1')] })).toEqual({
      data: { amrloService: [{ amrloInstitution: '张*', amrloStudent: true, amrlo_Owner: '张*' }] },
    });
  });

  test('by variables that the contract does not accept, or by names that are no keys', async () => {
    const a = new FakeSchool('inst_a', names());
    const { ask } = await createTestRouter([a], { guard: { failures: 1 } });
    const query =
      'query ($r: [_Any!]!, $age: Int) { _entities(representations: $r) { ... on StudentRecord { __proto__: name results(maxAge: $age) { nativeKey } } } }';
    const r = [record('inst_a', '1')];
    await expect(ask(query, { r })).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    await expect(ask(query.replace('__proto__: ', ''), { r, age: 'old' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(a.requests).toEqual([]);
  });

  test('nor stop the router with fragments that are spread over and over', async () => {
    const a = new FakeSchool('inst_a', names());
    const { ask } = await createTestRouter([a]);
    const deep = Array.from(
      { length: 60 },
      (_, at) => `fragment F${at} on StudentRecord { ...F${at + 1} ...F${at + 1} a${at}: name }`,
    ).join(' ');
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ...F0 ...F0 } } ${deep} fragment F60 on StudentRecord { name }`;
    // Walked once for each spread this would take longer than anybody lives.
    const { data } = await ask(query, { r: [record('inst_a', '1')] });
    expect(Object.keys((data!['_entities'] as object[])[0]!)).toHaveLength(61);
  });

  test('nor with a wide fragment at hundreds of places: such an operation is refused', async () => {
    const a = new FakeSchool('inst_a', names());
    const { ask } = await createTestRouter([a]);
    const fields = Array.from({ length: 400 }, (_, at) => `f${at}: name`).join(' ');
    const roots = Array.from(
      { length: 130 },
      (_, at) => `e${at}: _entities(representations: $r) { ...Wide }`,
    ).join(' ');
    const query = `query ($r: [_Any!]!) { ${roots} } fragment Wide on StudentRecord { ${fields} }`;
    await expect(ask(query, { r: [record('inst_a', '1')] })).rejects.toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      parameters: { detail: 'too many selections' },
    });
    expect(a.requests).toEqual([]);
  });

  test('by references of strange forms', async () => {
    const a = new FakeSchool('inst_a', names());
    const { ask } = await createTestRouter([a], { guard: { failures: 1 } });
    const r = [
      null,
      { __typename: '__proto__', institutionId: 'inst_a', studentNumber: '1' },
      { __typename: 'constructor', id: 'inst_a' },
      { __typename: 'StudentRecord', institutionId: 'inst_a', studentNumber: { a: 1 } },
      { __typename: 'Institution', id: 7 },
      { __typename: 'StudentRecord', institutionId: 'inst_a', studentNumber: '\ud800' },
      record('inst_a', '1'),
    ].slice(1);
    expect((await ask(full, { r })).data).toEqual({ _entities: [null, null, null, null, null, live('1')] });
  });
});
