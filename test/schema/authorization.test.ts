import { describe, expect, test } from '@jest/globals';
import { lintAuthorization } from '../../schema/lints/authorization.js';

const owners = { Course: 'outcomes' };
const objections = (sdl: string, name = 'outcomes') =>
  lintAuthorization({ [name]: sdl }, owners).map(({ at }) => at);

describe('no right, no field', () => {
  test.each(['Query', 'Mutation', 'Subscription'])('a root field of %s without a right is found', (root) => {
    expect(objections(`type ${root} { a: Int b: Int @authenticated }`)).toEqual([`${root}.a`]);
  });

  test('a root field of an extension, or of a root under another name, is found', () => {
    expect(objections('extend type Query { a: Int }')).toEqual(['Query.a']);
    expect(objections('schema { query: Root } type Root { a: Int }')).toEqual(['Root.a']);
  });

  test('a field of an entity without a right is found, its key included', () => {
    expect(objections('type Course @key(fields: "id") { id: ID! a: Int @public }')).toEqual(['Course.id']);
  });

  test('a field that an extension adds is found', () => {
    expect(
      objections('type Course @key(fields: "id") { id: ID! @public } extend type Course { a: Int }'),
    ).toEqual(['Course.a']);
  });

  test('a field of a value type needs no right, since it is reached through fields that have one', () => {
    expect(objections('type Line { a: Int }')).toEqual([]);
  });

  test.each(['@authenticated', '@requiresScopes(scopes: [["a"]])', '@policy(policies: [["A"]])', '@public'])(
    '%s is a right, on the field and on the type',
    (right) => {
      expect(objections(`type Query { a: Int ${right} }`)).toEqual([]);
      expect(objections(`type Course @key(fields: "id") ${right} { id: ID! a: Int }`)).toEqual([]);
    },
  );

  test.each(['@deprecated', '@tag(name: "public")', '@shareable'])('%s is no right', (directive) => {
    expect(objections(`type Query { a: Int ${directive} }`)).toEqual(['Query.a']);
  });

  test('@public on a field contradicts a right beside it and one of its type, which stays in force', () => {
    expect(objections('type Query { a: Int @public @authenticated }')).toEqual(['Query.a']);
    expect(objections('type Query @authenticated { a: Int @public b: Int }')).toEqual(['Query.a']);
    expect(objections('type Query @authenticated @public { a: Int }')).toEqual(['Query.a']);
  });

  test('@public on a type holds for the fields that say nothing else', () => {
    expect(objections('type Query @public { a: Int @policy(policies: [["A"]]) b: Int }')).toEqual([]);
  });
});

describe('a contributor', () => {
  const both = (learners: string) =>
    lintAuthorization(
      { outcomes: 'type Course @key(fields: "id") @public { id: ID! title: String }', learners },
      owners,
    );

  test('need not repeat the right on keys and external fields', () => {
    expect(both('type Course @key(fields: "id") { id: ID! title: String @external }')).toEqual([]);
  });

  test('must say it on what it adds', () => {
    const [finding, ...others] = both('type Course @key(fields: "id") { id: ID! deposits: Int }');
    expect(finding).toMatchObject({ subgraph: 'learners', at: 'Course.deposits' });
    expect(others).toEqual([]);
  });
});
