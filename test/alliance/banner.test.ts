import { describe, expect, test } from '@jest/globals';
import { banner } from '../../subgraphs/alliance/banner.js';
import { demoPeople } from '../../subgraphs/alliance/demo/people.js';
import { demoQueries } from '../../subgraphs/alliance/demo/queries.js';

const without = { url: 'http://127.0.0.1:4000', issuer: undefined, demo: false };

describe('an alliance that prints no tokens', () => {
  test('says that they come from the identity provider', async () => {
    const text = await banner(without, { AMRLO_OIDC_ISSUER: 'https://id.example.edu.cn' });
    expect(text).toContain('Access tokens come from https://id.example.edu.cn; none are printed here.');
    expect(text).toContain('访问令牌由 https://id.example.edu.cn 签发');
    expect(text).not.toContain('Nobody can sign in');
  });

  test('says that nobody can sign in without one, and what to set', async () => {
    const text = await banner(without, { AMRLO_OIDC_ISSUER: undefined });
    expect(text).toMatch(/Nobody can sign in.*AMRLO_OIDC_ISSUER and AMRLO_OIDC_AUDIENCE/);
    expect(text).toMatch(/无人可以登录.*AMRLO_OIDC_ISSUER/);
    expect(text).not.toContain('Access tokens come from');
  });
});

test('the demo introduces each of its people with a token of their own, and every query with who may ask it', async () => {
  const issuer = {
    banner: 'DEVELOPMENT',
    mint: ({ subject }: { subject: string }) => Promise.resolve(`token-of-${subject}`),
  };
  const text = await banner(
    { ...without, demo: true, issuer: issuer as unknown as NonNullable<typeof without.issuer> },
    { AMRLO_OIDC_ISSUER: undefined },
  );
  for (const { subject, name } of Object.values(demoPeople)) {
    expect(text).toContain(name);
    expect(text).toContain(`Authorization: Bearer token-of-${subject}`);
  }
  expect(demoQueries.map(({ role }) => role)).toContain('chair');
  for (const { query, role } of demoQueries) {
    expect(text).toContain(`the token of ${demoPeople[role].name} (${demoPeople[role].subject})\n${query}`);
  }
});
