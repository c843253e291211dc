import { expect, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { maskAnswer, maskFailure } from '../../subgraphs/kit/base/link/upstream-masking.js';
import { keptLog } from './link-fixture.js';

function masked(error: {
  message: string;
  path?: Array<string | number>;
  extensions?: Record<string, unknown>;
}) {
  const { log, lines } = keptLog();
  const answer = maskAnswer(
    { data: null, errors: [error] },
    { subgraph: 'learners', requestId: 'req-1', locale: 'en', log },
  );
  return { error: answer.errors?.[0], lines };
}

test('an answer without errors is passed on as it is', () => {
  const answer = { data: { a: 1 } };
  expect(maskAnswer(answer, { subgraph: 'a', requestId: 'r', locale: 'en', log: keptLog().log })).toBe(
    answer,
  );
});

test('an error of the catalogue keeps code, message, rule, path and retry time, and loses everything else', () => {
  const { error } = masked({
    message: '可用学分不足：剩余 1，需要 2。',
    path: ['convert', 0],
    extensions: {
      code: 'CREDITS_EXCEEDED',
      rule: 'model.md 3.2',
      retryAfterMs: 5,
      id: 'err_0123456789abcdef',
      stacktrace: ['at /srv/x.ts'],
      response: { url: 'http://10.0.0.7/graphql' },
    },
  });
  expect(error).toEqual({
    message: '可用学分不足：剩余 1，需要 2。',
    path: ['convert', 0],
    extensions: {
      code: 'CREDITS_EXCEEDED',
      retryable: false,
      rule: 'model.md 3.2',
      retryAfterMs: 5,
      id: 'err_0123456789abcdef',
    },
  });
});

test.each([
  ['SQL', 'duplicate key value violates unique constraint "deposit_pkey"', undefined],
  ['an internal address', 'connect ECONNREFUSED http://10.0.0.7:4001', 'DOWNSTREAM_SERVICE_ERROR'],
  [
    'a validation error of our own request',
    'Cannot query field "secret" on type "Learner".',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a refused assertion', 'audience mismatch for learners', 'ASSERTION_MISSING'],
  ['a key of Object.prototype as its code', 'oops', 'constructor'],
])('%s becomes INTERNAL with an id that is in the log', (_, message, code) => {
  const { error, lines } = masked({ message, path: ['me'], extensions: { code } });
  expect(error).toMatchObject({ path: ['me'], extensions: { code: 'INTERNAL', retryable: false } });
  expect(JSON.stringify(error)).not.toContain(message);
  const id = error?.extensions?.['id'];
  expect(error?.message).toContain(String(id));
  expect(lines).toEqual([
    expect.objectContaining({ id, subgraph: 'learners', requestId: 'req-1', upstreamMessage: message }),
  ]);
});

test('the id of a fault that the subgraph has logged already is kept, its message is not', () => {
  const { error } = masked({
    message: 'SELECT failed',
    extensions: { code: 'INTERNAL', id: 'err_00ff00ff00ff00ff' },
  });
  expect(error?.extensions?.['id']).toBe('err_00ff00ff00ff00ff');
  expect(error?.message).not.toContain('SELECT');
});

test('a failed call keeps a catalogued fault and hides everything else', () => {
  const { log, lines } = keptLog();
  const context = { subgraph: 'a', requestId: 'r', log };
  const known = new AmrloError('UPSTREAM_TIMEOUT', { subgraph: 'a' });
  expect(maskFailure(known, context)).toBe(known);
  const hidden = maskFailure(new TypeError('x of undefined'), context);
  expect(hidden.code).toBe('INTERNAL');
  expect(lines[0]).toMatchObject({ id: hidden.parameters['id'] });
});
