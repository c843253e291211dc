import { describe, expect, it } from '@jest/globals';
import { createRateLimit, rateKeyOf } from '../../gateway/security/rate-limit.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { person } from './sample-supergraph.js';

describe('the rate limit', () => {
  it('refuses beyond the points of a window and says when to come back', async () => {
    const limit = createRateLimit({ points: 2, windowSeconds: 60 });
    await limit.consume('sub:a');
    await limit.consume('sub:a');
    const refusal = await limit.consume('sub:a').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
    expect((refusal as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(0);
    await expect(limit.consume('sub:b')).resolves.toBeUndefined();
  });

  it('counts a person wherever they are, and strangers by address, apart from each other', () => {
    expect(rateKeyOf(person(), '10.0.0.1')).toBe(rateKeyOf(person(), '10.0.0.2'));
    expect(rateKeyOf(anonymous, '10.0.0.1')).not.toBe(rateKeyOf(anonymous, '10.0.0.2'));
    expect(rateKeyOf({ ...person(), subject: '10.0.0.1' }, 'x')).not.toBe(rateKeyOf(anonymous, '10.0.0.1'));
  });
});
