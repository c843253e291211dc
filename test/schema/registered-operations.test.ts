import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { registeredOperations } from '../../schema/registered-operations.js';

const api = 'type Query { a: Int b: Int }';
const source = (text: string, client = 'portal', file = 'x.graphql') => ({ client, file, text });

describe('registered operations', () => {
  test('are listed by the hash of the document that the client sends, in the order of client and name', () => {
    const sources = [
      source('query Zed { b }'),
      source('query   Able {\n a }'),
      source('query One { a }', 'mobile'),
    ];
    const { manifest, problems } = registeredOperations(sources, api);
    expect(problems).toEqual([]);
    expect(Object.values(manifest).map(({ client, name }) => `${client}/${name}`)).toEqual([
      'mobile/One',
      'portal/Able',
      'portal/Zed',
    ]);
    for (const [hash, { document }] of Object.entries(manifest)) {
      expect(createHash('sha256').update(document).digest('hex')).toBe(hash);
    }
    expect(registeredOperations([...sources].reverse(), api).manifest).toEqual(manifest);
  });

  test.each([
    ['a syntax error', 'query {', /^x\.graphql: Syntax Error/],
    ['an unknown field', 'query A { c }', /^x\.graphql: Cannot query field "c"/],
    ['no name', '{ a }', /exactly one operation, with a name/],
    ['two operations', 'query A { a } query B { b }', /exactly one operation/],
    ['only a fragment', 'fragment F on Query { a }', /exactly one operation/],
  ])('with %s are refused', (_, text, problem) => {
    expect(registeredOperations([source(text)], api).problems.join('\n')).toMatch(problem);
  });

  test('of one client have different names, and no document stands twice', () => {
    expect(registeredOperations([source('query A { a }'), source('query A { b }')], api).problems).toEqual([
      'portal has two operations called A.',
    ]);
    expect(
      registeredOperations([source('query A { a }'), source('query A { a }', 'mobile')], api).problems,
    ).toEqual(['A of portal is the same document as A of mobile.']);
  });
});
