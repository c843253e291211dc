import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoQueries } from '../../subgraphs/alliance/demo/queries.js';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';

interface Registered {
  readonly name: string;
  readonly client: string;
  readonly document: string;
}

const manifest = JSON.parse(
  await readFile(new URL('../../schema/operations.json', import.meta.url), 'utf8'),
) as Record<string, Registered>;
/** What an operation is asked with that needs to be told something. */
const variablesOf: Readonly<Record<string, Record<string, unknown>>> = {
  SchoolCatalogue: { institutionId: institutionIdOfSchool('ningxia-university') },
  SecretariatWork: { year: 2026 },
  VerifyMembership: { memberCode: 'NXU', asOf: '2020-01-01' },
};
/** Who uses a client. */
const userOf = { mobile: 'learner', portal: 'admin', secretariat: 'secretariat' } as const;

let alliance: TestAlliance;
beforeAll(async () => {
  alliance = await startTestAlliance();
}, 120_000);
afterAll(async () => alliance?.[Symbol.asyncDispose]());

describe('a registered operation', () => {
  it.each(Object.entries(manifest))(
    '%s is answered without errors for its client',
    async (_hash, operation) => {
      const role = userOf[operation.client as keyof typeof userOf];
      const { data, errors } = await alliance.as(role).ask(operation.document, variablesOf[operation.name]);
      expect(errors).toEqual([]);
      expect(Object.values(data as object)).not.toContain(null);
    },
  );

  it.each(demoQueries)(
    'of the banner, for the $client client, works with the token beside it',
    async ({ role, query }) => {
      const { data, errors } = await alliance.as(role).ask(query);
      expect(errors).toEqual([]);
      expect(Object.values(data as object)).not.toContain(null);
    },
  );

  it('is what a badge names, and everybody can ask it', async () => {
    const { institutionByCode } = await alliance.asNobody.must(
      '{ institutionByCode(memberCode: "NXU") { publicBadge { verification { operation memberCode asOf } } } }',
    );
    const { operation, ...variables } = institutionByCode.publicBadge.verification;
    const named = Object.values(manifest).filter(({ name }) => name === operation);
    expect(named).toHaveLength(1);
    const { verifyMembership } = await alliance.asNobody.must(named[0]!.document, variables);
    expect(verifyMembership).toMatchObject({ asOf: variables.asOf, wasMember: true });
  });

  it('is answered by GET under its hash, with an entity tag, and not sent again while the tag holds', async () => {
    for (const [hash, { client, name }] of Object.entries(manifest)) {
      const address = new URL('/graphql', alliance.url);
      address.searchParams.set(
        'extensions',
        JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } }),
      );
      address.searchParams.set('variables', JSON.stringify(variablesOf[name] ?? {}));
      const { headers } = alliance.as(userOf[client as keyof typeof userOf]);
      const first = await fetch(address, { headers });
      expect(first.status).toBe(200);
      expect(((await first.json()) as { errors?: unknown }).errors).toBeUndefined();
      const tag = first.headers.get('etag');
      expect(tag).toMatch(/^(W\/)?".+"$/);
      const second = await fetch(address, { headers: { ...headers, 'if-none-match': tag! } });
      expect([client, second.status, await second.text()]).toEqual([client, 304, '']);
    }
  });
});
