import { describe, expect, it } from '@jest/globals';
import { GraphQLError, buildSchema, parse, validate } from 'graphql';
import { createErrorMask } from '../../gateway/security/error-mask.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

const logged: unknown[] = [];
const mask = createErrorMask({
  log: { error: (line: unknown) => void logged.push(line) },
  newErrorId: () => 'err_0123456789abcdef',
});

describe('the error mask', () => {
  it("passes a code of the catalogue, in the reader's language, with its rule", () => {
    const error = new AmrloError('ACCOUNT_EXISTS');
    expect(mask.mask(error, 'en')).toEqual({
      message: 'This identity already has an account; it cannot be opened twice.',
      extensions: { code: 'ACCOUNT_EXISTS', retryable: false, rule: 'model.md 3.18' },
    });
    expect(mask.mask(new GraphQLError('x', { originalError: error, path: ['a', 0] }), 'zh-CN')).toMatchObject(
      {
        message: '该身份已有学习账户，不能重复开户。',
        path: ['a', 0],
      },
    );
  });

  it('hides everything else behind an id that is in the log with the cause', () => {
    logged.length = 0;
    const cause = new Error('connect ECONNREFUSED 10.1.2.3:5432 select * from learner');
    const shown = mask.mask(
      new GraphQLError(cause.message, { originalError: cause, extensions: { stacktrace: ['at x'] } }),
      'en',
    );
    expect(shown).toEqual({
      message: 'Something failed inside the service; give the secretariat the id err_0123456789abcdef.',
      extensions: { code: 'INTERNAL', retryable: false, id: 'err_0123456789abcdef' },
    });
    expect(logged).toEqual([{ id: 'err_0123456789abcdef', err: cause }]);
  });

  it('hides values that were thrown and are no errors', () => {
    for (const thrown of [
      'passphrase',
      42,
      null,
      undefined,
      { message: 'passphrase', extensions: { code: 'SQL_STATE_42' } },
    ]) {
      expect(JSON.stringify(mask.mask(thrown, 'en'))).not.toContain('passphrase');
    }
  });

  it("does not believe a code when the message is not the catalogue's", () => {
    const forged = {
      message: 'select password from users',
      extensions: { code: 'NOT_FOUND', sql: 'x', retryAfterMs: 5 },
    };
    const shown = mask.mask(forged, 'en');
    expect(JSON.stringify(shown)).not.toMatch(/select|sql/);
    expect(shown.extensions).toEqual({ code: 'NOT_FOUND', retryable: false, retryAfterMs: 5 });
  });

  it('keeps the parameters of a message that a subgraph filled, in the other language too', () => {
    const given = {
      message: 'Deposit dep_1 was not found, or the current role may not see it.',
      path: ['deposit'],
      extensions: { code: 'NOT_FOUND' },
    };
    expect(mask.mask(given, 'zh-CN')).toMatchObject({
      message: '未找到 Deposit dep_1，或当前身份无权查看。',
      path: ['deposit'],
    });
  });

  it('keeps the id of a fault that a subgraph logged already, if it is one', () => {
    logged.length = 0;
    const id = 'err_ffffffffffffffff';
    expect(mask.mask({ message: 'x', extensions: { code: 'INTERNAL', id } }, 'en').extensions?.['id']).toBe(
      id,
    );
    expect(logged).toEqual([]);
    expect(
      mask.mask({ message: 'x', extensions: { code: 'INTERNAL', id: '<script>' } }, 'en').extensions?.['id'],
    ).toBe('err_0123456789abcdef');
  });

  it('gives no suggestions', () => {
    const [error] = validate(buildSchema('type Query { secretField: Int }'), parse('{ secretFeld }'));
    const shown = mask.mask(error, 'en');
    expect(shown.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(shown.message).toContain('secretFeld');
    expect(shown.message).not.toContain('secretField');
  });

  it('translates the codes that Apollo Server gives', () => {
    const format = mask.formatError('en');
    expect(
      format(
        {
          message: 'Syntax Error: Expected Name',
          extensions: { code: 'GRAPHQL_PARSE_FAILED', stacktrace: ['x'] },
        },
        new Error('x'),
      ),
    ).toEqual({
      message: 'GraphQL syntax error: Expected Name',
      extensions: { code: 'GRAPHQL_PARSE_FAILED', retryable: false },
    });
    expect(
      format({ message: 'boom', extensions: { code: 'INTERNAL_SERVER_ERROR' } }, new Error('boom'))
        .extensions?.['code'],
    ).toBe('INTERNAL');
    expect(
      format(
        { message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' }, path: ['me'] },
        new GraphQLError('x', { originalError: new AmrloError('TOKEN_EXPIRED') }),
      ),
    ).toMatchObject({
      path: ['me'],
      extensions: { code: 'TOKEN_EXPIRED' },
    });
    expect(
      format(
        {
          message: 'Variable "$n" got invalid value; Did you mean "A"?',
          extensions: { code: 'BAD_USER_INPUT' },
        },
        undefined,
      ).message,
    ).not.toContain('Did you mean');
  });
});
