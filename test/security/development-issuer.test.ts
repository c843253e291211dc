import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthentication } from '../../gateway/security/authentication.js';
import { createDevelopmentIssuer } from '../../gateway/security/development-issuer.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';

const li = { subject: 'demo-learner', name: 'Li Hua', scopes: ['archive:read'] };
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'issuer-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the development issuer', () => {
  it('cannot be used in production', async () => {
    await expect(createDevelopmentIssuer({ dataDir, production: true })).rejects.toEqual(
      expect.objectContaining({ code: 'DEVELOPMENT_ISSUER_REFUSED' }),
    );
  });

  it('mints tokens that its key set verifies, after a restart too, for thirty days', async () => {
    const clock = new FakeClock();
    const token = await (await createDevelopmentIssuer({ dataDir, production: false, clock })).mint(li);
    const restarted = await createDevelopmentIssuer({ dataDir, production: false, clock });
    const authentication = createAuthentication({
      jwks: restarted.jwks,
      issuer: restarted.issuer,
      clock,
      grants: {
        grantsOf: async () => ({ grants: [], epoch: 1 }),
        changedSince: async () => ({ cursor: '1', subjects: [] }),
      },
    });
    const headers = { authorization: `Bearer ${token}` };
    clock.advance(30 * 24 * 3600_000);
    expect((await authentication.authenticate(headers)).principal).toMatchObject({
      subject: 'demo-learner',
      scopes: ['archive:read'],
    });
    clock.advance(6_000);
    await expect(authentication.authenticate(headers)).rejects.toEqual(
      expect.objectContaining({ code: 'TOKEN_EXPIRED' }),
    );
  });

  it('keeps its key to itself', async () => {
    const issuer = await createDevelopmentIssuer({ dataDir, production: false });
    const file = join(dataDir, 'development-issuer.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { d } = JSON.parse(await readFile(file, 'utf8')) as { d: string };
    expect(JSON.stringify(issuer.jwks)).not.toContain(d);
    expect(issuer.banner).toMatch(/DEVELOPMENT ISSUER/);
  });

  it('lets one key win when two processes start at once', async () => {
    const two = await Promise.all([1, 2].map(() => createDevelopmentIssuer({ dataDir, production: false })));
    expect(two[0]?.jwks).toEqual(two[1]?.jwks);
  });

  it('says what to do about a broken key file', async () => {
    await writeFile(join(dataDir, 'development-issuer.json'), '{"kty":');
    await expect(createDevelopmentIssuer({ dataDir, production: false })).rejects.toThrow(/delete the file/);
  });
});
