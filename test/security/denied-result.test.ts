import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { applyDenied, createAuthorization } from '../../gateway/security/authorization.js';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, sampleSchema } from './sample-supergraph.js';

const schema = sampleSchema();
const authorization = createAuthorization(schema);

describe('a denied field in the result', () => {
  const answerTo = (text: string, data: Record<string, unknown>, principal: Principal = person()) =>
    applyDenied({ data }, authorization.filter(parse(text), undefined, {}, principal).denied, schema, 'en');

  it('is null with one error that names the field, its path without list positions', () => {
    const answer = answerTo('{ nodes { id secret } }', {
      nodes: [
        { id: '1', __amrlo_typename: 'L' },
        { id: '2', secret: 'open', __amrlo_typename: 'M' },
      ],
    });
    expect(JSON.stringify(answer.data)).toBe(
      '{"nodes":[{"id":"1","secret":null},{"id":"2","secret":"open"}]}',
    );
    expect(answer.errors?.map((one) => one.toJSON())).toEqual([
      {
        message: 'The current role may not read the field L.secret.',
        path: ['nodes', 'secret'],
        extensions: { code: 'FORBIDDEN_FIELD', retryable: false },
      },
    ]);
  });

  it('tells somebody unknown to sign in, in their language', () => {
    const denied = authorization.filter(parse('{ pub me { id } }'), undefined, {}, anonymous).denied;
    const answer = applyDenied({ data: { pub: 'x' } }, denied, schema, 'zh-CN');
    expect(answer.data).toEqual({ pub: 'x', me: null });
    expect(answer.errors?.[0]?.message).toContain('需要登录');
    expect(answer.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('lets null climb to the next nullable field, up to the whole answer', () => {
    const text = '{ strict { must } }';
    expect(answerTo(text, { strict: { __amrlo_typename: 'L' } }, anonymous).data).toBeNull();
    expect(
      answerTo(
        '{ node { friend { ... on M { title } } } }',
        { node: { friend: { __amrlo_typename: 'M' }, __amrlo_typename: 'L' } },
        anonymous,
      ).data,
    ).toEqual({
      node: { friend: null },
    });
  });

  it('keeps the order of the client, and the errors that were there', () => {
    const denied = authorization.filter(parse('{ hidden { value } pub }'), undefined, {}, person()).denied;
    const answer = applyDenied({ data: { pub: 'x' } }, denied, schema, 'en');
    expect(Object.keys(answer.data ?? {})).toEqual(['hidden', 'pub']);
  });

  it('is null in objects of its type only, when several selections lead there', () => {
    const text = `{ nodes { friend { id secret } ... on M { friend { ... on L { hidden: secret } } } } }`;
    const friend = { id: '2', secret: 'open', __amrlo_typename: 'M' };
    expect(answerTo(text, { nodes: [{ friend, __amrlo_typename: 'M' }] }).data).toEqual({
      nodes: [{ friend: { id: '2', secret: 'open' } }],
    });
  });

  it('keeps the order of a selection that has nothing denied in it and is merged with one that has', () => {
    const text = '{ strict { friend { friend { id } id } friend { ... on L { name } id } } }';
    const friend = { id: '2', friend: null, __amrlo_typename: 'M' };
    expect(JSON.stringify(answerTo(text, { strict: { friend, __amrlo_typename: 'L' } }).data)).toBe(
      '{"strict":{"friend":{"friend":null,"id":"2"}}}',
    );
  });

  it('keeps the order below each type when types above select in different orders', () => {
    const text = `{ nodes { ... on L { friend { id friend { id } ... on L { name } } }
                            ... on M { friend { friend { id } id ... on L { name } } } } }`;
    const friend = { friend: null, id: '2', __amrlo_typename: 'L' };
    const nodes = [
      { friend, __amrlo_typename: 'L' },
      { friend, __amrlo_typename: 'M' },
    ];
    expect(JSON.stringify(answerTo(text, { nodes }).data)).toBe(
      '{"nodes":[{"friend":{"id":"2","friend":null,"name":null}},{"friend":{"friend":null,"id":"2","name":null}}]}',
    );
  });

  it('does not change the given result', () => {
    const data = Object.freeze({ strict: Object.freeze({ id: '1' }) });
    const answer = answerTo('{ strict { id secret } }', data);
    expect(answer.data).toEqual({ strict: { id: '1', secret: null } });
    expect(data).toEqual({ strict: { id: '1' } });
  });

  it('overwrites a value that should never have come', () => {
    expect(answerTo('{ strict { id secret } }', { strict: { id: '1', secret: 'leak' } }).data).toEqual({
      strict: { id: '1', secret: null },
    });
  });
});
