import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, print, stripIgnoredCharacters, validate, type DocumentNode } from 'graphql';
import { createAuthorization } from '../../gateway/security/authorization.js';
import { anonymous, servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, sampleSchema, securityDirectives } from './sample-supergraph.js';

const schema = sampleSchema();
const authorization = createAuthorization(schema);

function filtered(text: string, principal: Principal, variables: Record<string, unknown> = {}) {
  const answer = authorization.filter(parse(text), undefined, variables, principal);
  expect(validate(schema, answer.document)).toEqual([]);
  return {
    ...answer,
    text: stripIgnoredCharacters(print(answer.document)),
    paths: answer.denied.map((one) => one.path.join('.')),
  };
}

describe('the authorization filter', () => {
  it('hands back the very document when everything is permitted', () => {
    const document = parse('{ pub strict { id } }');
    const answer = authorization.filter(document, undefined, {}, anonymous);
    expect(answer.document).toBe(document);
    expect(answer.denied).toEqual([]);
  });

  it('removes a field that needs a signed-in caller, and says so with the right code', () => {
    const answer = filtered('{ pub me { id } }', anonymous);
    expect(answer.text).toBe('{pub}');
    expect(answer.denied).toMatchObject([
      { path: ['me'], coordinate: 'Query.me', code: 'UNAUTHENTICATED', selected: true },
    ]);
    expect(filtered('{ pub hidden { value } }', person()).denied).toMatchObject([
      { code: 'FORBIDDEN_FIELD' },
    ]);
  });

  it('takes scopes as an or of ands', () => {
    expect(filtered('{ scoped }', person([], ['a'])).paths).toEqual(['scoped']);
    expect(filtered('{ scoped }', person([], ['a', 'b'])).paths).toEqual([]);
    expect(filtered('{ scoped }', person([], ['c'])).paths).toEqual([]);
  });

  it('takes a policy as a role that is held', () => {
    expect(filtered('{ me { secret } }', person(['TEACHER'])).paths).toEqual(['me.secret']);
    expect(filtered('{ me { secret } }', person(['SECRETARIAT'])).paths).toEqual([]);
    expect(filtered('{ me { deposits { id } } }', person()).paths).toEqual([]);
    expect(filtered('{ me { deposits { id } } }', servicePrincipal('records')).paths).toEqual([
      'me.deposits',
    ]);
  });

  it('denies a field whose type is denied, enums included', () => {
    expect(filtered('{ pub kind }', anonymous).text).toBe('{pub}');
    expect(filtered('{ pub hidden { value } }', person(['SECRETARIAT'])).text).toBe('{pub}');
  });

  it('is not fooled by an alias', () => {
    const answer = filtered('{ strict { pub: secret id: name x: id } }', person());
    expect(answer.text).toBe('{strict{x:id}}');
    expect(answer.paths).toEqual(['strict.pub', 'strict.id']);
  });

  it('is not fooled by nested named fragments, and drops what is left unused', () => {
    const answer = filtered(
      'query($m: Boolean) { strict { ...A } } fragment A on L { ...B id } fragment B on L { ...C } fragment C on Node { ... on L { secret(mask: $m) } }',
      person(),
    );
    expect(answer.text).toBe('{strict{...A}}fragment A on L{id}');
    expect(answer.paths).toEqual(['strict.secret']);
  });

  it('is not fooled by an inline fragment without a type, or with directives', () => {
    expect(filtered('{ strict { ... { secret } ... @include(if: true) { name } } }', person()).text).toBe(
      '{strict{__amrlo_typename:__typename}}',
    );
  });

  it('asks an interface field only of the types that permit it', () => {
    const answer = filtered('{ node { id secret } }', person());
    expect(answer.text).toBe('{node{id ...on M{secret}__amrlo_typename:__typename}}');
    expect(answer.denied).toMatchObject([{ path: ['node', 'secret'], coordinate: 'L.secret' }]);
    // M is for signed-in callers, L.id is public: the interface does not become private because one of its types is.
    expect(filtered('{ node { id } }', anonymous).text).toBe(
      '{node{...on L{id}__amrlo_typename:__typename}}',
    );
  });

  it('denies an interface field whole when the permitted types give it another shape', () => {
    const shapes = createAuthorization(
      buildSchema(
        `${securityDirectives} type Query { n: N } interface N { v: String } type P implements N { v: String! } type Q implements N { v: String @authenticated }`,
      ),
    );
    const answer = shapes.filter(parse('{ n { v } }'), undefined, {}, anonymous);
    expect(print(answer.document)).not.toMatch(/\bv\b/);
  });

  it('denies everything below an interface whose author closed it, though no type of it says so', () => {
    const closed = createAuthorization(
      buildSchema(
        `${securityDirectives} type Query { n: N p: P } interface N @authenticated { v: String } type P implements N { v: String }`,
      ),
    );
    expect(
      closed
        .filter(parse('{ n { v ... on P { v } } p { v } }'), undefined, {}, anonymous)
        .denied.map((one) => one.path),
    ).toEqual([['n']]);
  });

  it('removes the members of a union that the caller may not see', () => {
    const answer = filtered('{ any { ... on D { id credits } ... on L { id } __typename } }', anonymous);
    expect(answer.text).toBe('{any{...on L{id}__typename __amrlo_typename:__typename}}');
    expect(answer.paths).toEqual(['any.id', 'any.credits']);
  });

  it('knows no _entities and no _service', () => {
    const answer = authorization.filter(
      parse(
        '{ pub _entities(representations: [{ __typename: "L", id: "1" }]) { ... on L { secret } } _service { sdl } }',
      ),
      undefined,
      {},
      person(['SECRETARIAT']),
    );
    expect(stripIgnoredCharacters(print(answer.document))).toBe('{pub}');
  });

  it('removes a denied field whatever @skip and @include say, and reports it only where they leave it in', () => {
    const text =
      'query($v: Boolean!, $w: Boolean = true) { pub a: hidden @skip(if: $v) { value } b: hidden @include(if: $w) { value } }';
    const left = filtered(text, person(), { v: true });
    expect(left.text).toBe('{pub}');
    expect(left.denied.map((one) => [one.path[0], one.selected])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(filtered(text, person(), { v: false, w: false }).denied.map((one) => one.selected)).toEqual([
      true,
      false,
    ]);
  });

  it('never runs a denied mutation, nor plans an operation of which nothing is left', () => {
    const answer = filtered('mutation { change(x: 1) { id } }', person(['TEACHER']));
    expect(answer.text).toBe('mutation{__amrlo_typename:__typename}');
    expect(answer.empty).toBe(true);
    expect(filtered('mutation { change { id secret } }', person(['REGISTRAR'])).denied).toEqual([]);
  });

  it('keeps only the operation that runs when a document has several', () => {
    const document = parse('query A { pub } query B { hidden { value } ...F } fragment F on Query { kind }');
    const answer = authorization.filter(document, 'A', {}, person());
    expect(stripIgnoredCharacters(print(answer.document))).toBe('query A{pub}');
    expect(() => authorization.filter(document, 'C', {}, person())).toThrow(
      expect.objectContaining({ code: 'OPERATION_UNKNOWN' }),
    );
  });

  it('gives callers with other rights another key, and the same rights the same answer', () => {
    const document = parse('{ pub scoped }');
    const key = (principal: Principal, given: DocumentNode = document) =>
      authorization.filter(given, undefined, {}, principal).key;
    expect(key(anonymous)).not.toBe(key(person([], ['c'])));
    expect(key(person([], ['c']))).toBe(key(person(['TEACHER'], ['c', 'other']), parse('{ pub scoped }')));
  });

  it('does not trust the source location of a rewritten document', () => {
    const original = parse('{ pub }');
    authorization.filter(original, undefined, {}, anonymous);
    const rewritten: DocumentNode = { ...original, definitions: parse('{ hidden { value } }').definitions };
    expect(authorization.filter(rewritten, undefined, {}, anonymous).denied).toHaveLength(1);
  });

  it('refuses a client that uses the reserved name', () => {
    expect(() => filtered('{ strict { __amrlo_typename: id } }', anonymous)).toThrow(
      expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }),
    );
  });

  it('leaves introspection alone', () => {
    expect(
      filtered('{ __schema { types { name fields { name } } } __type(name: "Hidden") { name } }', anonymous)
        .denied,
    ).toEqual([]);
  });

  it('ends on a cycle of fragments', () => {
    const answer = authorization.filter(
      parse('{ strict { ...A } } fragment A on L { friend { ...A } secret }'),
      undefined,
      {},
      person(),
    );
    expect(answer.denied.map((one) => one.path.join('.'))).toContain('strict.secret');
  });

  it('reads directives under the names that @link gives them', () => {
    const renamed = buildSchema(`
      directive @link(url: String, as: String, import: [I]) repeatable on SCHEMA
      directive @gate on FIELD_DEFINITION
      directive @may(policies: [[String!]!]!) on FIELD_DEFINITION
      scalar I
      schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "gate") @link(url: "https://specs.apollo.dev/policy/v0.1", import: [{ name: "@policy", as: "@may" }]) { query: Query }
      type Query { a: Int @gate b: Int @may(policies: [["SECRETARIAT"]]) c: Int @may(policies: []) }
    `);
    const answer = createAuthorization(renamed).filter(parse('{ a b c }'), undefined, {}, anonymous);
    expect(answer.denied.map((one) => one.path[0])).toEqual(['a', 'b', 'c']);
  });

  it('does not start with a directive it cannot read', () => {
    const broken = buildSchema(
      'directive @policy(policies: Int) on FIELD_DEFINITION type Query { a: Int @policy(policies: 3) }',
    );
    expect(() => createAuthorization(broken)).toThrow(/@policy in the supergraph/);
  });
});
