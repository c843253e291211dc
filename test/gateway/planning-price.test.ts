import { afterEach, expect, jest, test } from '@jest/globals';
import { planningPrice } from '../../gateway/server/planning-price.js';
import { createRateLimit } from '../../gateway/security/rate-limit.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { ask, startTestGateway } from './two-subgraphs.js';

afterEach(() => void jest.restoreAllMocks());

test('planning costs a point for each ten milliseconds, of the one who asked', async () => {
  const rateLimit = createRateLimit({ points: 10, windowSeconds: 60 });
  const pay = planningPrice(rateLimit, anonymous, '10.0.0.1');
  pay(9.9);
  pay(59);
  await rateLimit.consume('ip:10.0.0.1', 5);
  await expect(rateLimit.consume('ip:10.0.0.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await rateLimit.consume('ip:10.0.0.2', 10);
});

test('who has no points left is answered what was planned, and refused the next', async () => {
  const rateLimit = createRateLimit({ points: 3, windowSeconds: 60 });
  await using running = await startTestGateway({
    over: { security: { authenticate: async () => ({ principal: anonymous }), rateLimit } },
  });
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
  const first = await ask(running.gateway.url, { query: '{ me { name } }' });
  expect(first.body).toEqual({ data: { me: { name: '王小明' } } });
  expect((await ask(running.gateway.url, { query: '{ me { name } }' })).status).toBe(429);
});
