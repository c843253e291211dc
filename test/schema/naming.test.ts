import { describe, expect, test } from '@jest/globals';
import { lintDeprecation } from '../../schema/lints/deprecation.js';
import { lintNaming } from '../../schema/lints/naming.js';

const objections = (sdl: string) =>
  lintNaming({ learners: sdl }).map(({ at, problem }) => `${at} ${problem}`);
const deprecations = (sdl: string) => lintDeprecation({ learners: sdl }).map(({ at }) => at);

const page = 'type PageInfo { hasNextPage: Boolean! } type Course { id: ID! }';
const edge = 'type CourseEdge { node: Course cursor: String! }';
const errors = 'type UserError { code: String! }';
const mutation = (name: string, input = 'idempotencyKey: String!', payload = 'userErrors: [UserError!]!') => {
  const noun = name.charAt(0).toUpperCase() + name.slice(1);
  return `${errors} type Mutation { ${name}(input: ${noun}Input!): ${noun}Payload }
    input ${noun}Input { ${input} } type ${noun}Payload { ${payload} }`;
};

describe('forms of names', () => {
  test('types are PascalCase, fields camelCase, enum values UPPER_CASE', () => {
    const sdl =
      'type course_x { Title: String a_b: Int } enum kind { OnE TWO } input in { B: Int } union u = course_x';
    expect(objections(sdl)).toEqual([
      'course_x must be written like PascalCase.',
      'in must be written like PascalCase.',
      'kind must be written like PascalCase.',
      'u must be written like PascalCase.',
      'course_x.Title must be written like camelCase.',
      'course_x.a_b must be written like camelCase.',
      'in.B must be written like camelCase.',
      'kind.OnE must be written like UPPER_CASE.',
    ]);
  });
});

describe('no floating point numbers', () => {
  test('as a field, in a list, as an argument, in an input, in an extension', () => {
    const sdl =
      'type A { a: Float b: [Float!]! c(d: Float): Int } input I { e: Float! } extend type A { f: Float }';
    const found = lintNaming({ learners: sdl }).map(({ at }) => at);
    expect(found).toEqual(['A.a', 'A.b', 'A.c(d:)', 'A.f', 'I.e']);
  });
});

describe('connections', () => {
  const good = 'type CourseConnection { edges: [CourseEdge!]! pageInfo: PageInfo! totalCount: Int }';

  test('with edges, node, cursor, pageInfo and a nullable totalCount are accepted', () => {
    expect(
      objections(
        `${page} ${edge} ${good} type Query { courses(first: Int, after: String): CourseConnection }`,
      ),
    ).toEqual([]);
  });

  test.each([
    [
      'without totalCount',
      good.replace('totalCount: Int', ''),
      'CourseConnection must have totalCount: Int.',
    ],
    [
      'with a non-null totalCount',
      good.replace('Int', 'Int!'),
      'CourseConnection must have totalCount: Int, not Int!.',
    ],
    [
      'with a nullable pageInfo',
      good.replace('PageInfo!', 'PageInfo'),
      'CourseConnection must have pageInfo: PageInfo!, not PageInfo.',
    ],
    [
      'with nullable edges',
      good.replace('CourseEdge!', 'CourseEdge'),
      'CourseConnection must have edges: [CourseEdge!]!, not [CourseEdge]!.',
    ],
    [
      'without edges',
      good.replace('edges: [CourseEdge!]!', ''),
      'CourseConnection must have edges: [CourseEdge!]!.',
    ],
  ])('%s are refused', (_, connection, problem) => {
    expect(objections(`${page} ${edge} ${connection}`)).toEqual([problem]);
  });

  test('whose edge lacks a node or a cursor are refused', () => {
    expect(objections(`${page} ${good} type CourseEdge { cursor: String }`)).toEqual([
      'CourseEdge must have a node.',
      'CourseEdge must have cursor: String!.',
    ]);
  });

  test('are paged where they are returned', () => {
    expect(
      objections(`${page} ${edge} ${good} type Query { courses(first: Int): CourseConnection! }`),
    ).toEqual(['Query.courses returns a connection and must take first and after.']);
  });
});

describe('mutations', () => {
  test('that are a business step with input, idempotency key and user errors are accepted', () => {
    expect(objections(mutation('submitDeposit'))).toEqual([]);
    expect(objections(mutation('approveAgreement', 'id: ID!'))).toEqual([]);
  });

  test.each([
    'createUpload',
    'submitDeposit',
    'openAccount',
    'linkRecord',
    'importRoster',
    'proposeAgreement',
  ])('%s makes something and needs an idempotency key that is given', (name) => {
    for (const input of ['id: ID', 'idempotencyKey: String', 'idempotencyKey: ID!']) {
      expect(objections(mutation(name, input))).toHaveLength(1);
    }
  });

  test.each(['deposit', 'submit', 'depositSubmission', 'setDeposit', 'SubmitDeposit'])(
    '%s is no verb and noun',
    (name) => {
      expect(objections(mutation(name)).join('\n')).toContain('must be a verb and a noun');
    },
  );

  test.each(['changeDepositStatus', 'updateAgreementState'])('%s would set a state', (name) => {
    expect(objections(mutation(name)).join('\n')).toContain('sets a state');
  });

  test('with other arguments than one input are refused', () => {
    const payload = `${errors} type CloseAccountPayload { userErrors: [UserError!]! } input CloseAccountInput { id: ID! }`;
    for (const given of [
      '',
      '(id: ID!)',
      '(input: CloseAccountInput)',
      '(input: CloseAccountInput!, id: ID)',
      '(input: ID!)',
    ]) {
      expect(objections(`${payload} type Mutation { closeAccount${given}: CloseAccountPayload }`)).toEqual([
        'Mutation.closeAccount must have one argument, input, of a non-null input type.',
      ]);
    }
  });

  test('have an input and a payload of their own, named for them', () => {
    const shared = `${errors} input CloseAccountInput { id: ID! } type CloseAccountPayload { userErrors: [UserError!]! }`;
    expect(
      objections(
        `${shared} type Mutation {
          closeAccount(input: CloseAccountInput!): CloseAccountPayload
          reopenAccount(input: CloseAccountInput!): CloseAccountPayload
        }`,
      ),
    ).toEqual([
      'Mutation.reopenAccount takes CloseAccountInput; its input must be its own, ReopenAccountInput.',
      'Mutation.reopenAccount returns CloseAccountPayload; its payload must be its own, ReopenAccountPayload.',
    ]);
  });

  test.each([
    [
      'ChangeAccountInput',
      'CloseAccountPayload',
      'takes ChangeAccountInput; its input must be its own, CloseAccountInput.',
    ],
    [
      'CloseAccountInput',
      'AccountPayload',
      'returns AccountPayload; its payload must be its own, CloseAccountPayload.',
    ],
  ])('that take %s or return %s under a name of their noun are refused', (input, payload, problem) => {
    const types = `${errors} input ${input} { id: ID! } type ${payload} { userErrors: [UserError!]! }`;
    expect(objections(`${types} type Mutation { closeAccount(input: ${input}!): ${payload} }`)).toEqual([
      `Mutation.closeAccount ${problem}`,
    ]);
  });

  test('that return something else than their payload, or a payload without user errors, are refused', () => {
    expect(
      objections(
        'input CloseAccountInput { id: ID! } type Mutation { closeAccount(input: CloseAccountInput!): Boolean }',
      ),
    ).toEqual(['Mutation.closeAccount returns Boolean; its payload must be its own, CloseAccountPayload.']);
    expect(objections(mutation('closeAccount', 'id: ID', 'ok: Boolean'))).toEqual([
      'CloseAccountPayload must have userErrors: [UserError!]!.',
    ]);
    expect(objections(mutation('closeAccount', 'id: ID', 'userErrors: [UserError!]'))).toHaveLength(1);
  });

  test('are found in an extension', () => {
    expect(objections('extend type Mutation { deposit: Int }')).not.toEqual([]);
  });
});

describe('subscriptions', () => {
  test('are not for subgraphs, under whatever name', () => {
    expect(objections('type Subscription { a: Int }')).toHaveLength(1);
    expect(objections('extend schema { subscription: Live } type Live { a: Int }')).toHaveLength(1);
  });
});

describe('deprecation', () => {
  test.each(['@deprecated', '@deprecated(reason: "Use b.")', '@deprecated(reason: "removed on 2027-02-30")'])(
    '%s lacks a removal date wherever it stands',
    (directive) => {
      const sdl = `type A { a: Int ${directive} b(c: Int ${directive}): Int } enum E { F ${directive} } input I { g: Int ${directive} }`;
      expect(deprecations(sdl)).toEqual(['A.a', 'A.b.c', 'E.F', 'I.g']);
    },
  );

  test('with a replacement and a date is accepted', () => {
    expect(
      deprecations('type A { a: Int @deprecated(reason: "Use b instead; removed on 2027-01-31.") }'),
    ).toEqual([]);
  });
});
