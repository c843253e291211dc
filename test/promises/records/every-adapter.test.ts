import { getNamedType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../../subgraphs/kit/base/identity/principal.js';
import { contractSchema } from '../../../subgraphs/records/contract.js';
import { createRecordsRouter } from '../../../subgraphs/records/records-router.js';
import { conformanceFixtures } from '../../conformance/school-fixtures.js';
import { FakeTrail } from '../../rooms/fake-trail.js';

const schema = contractSchema();

/** Everything of a type that can be asked without arguments. */
function everything(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
  return `{ __typename ${fields
    .map(({ name, type: of }) => {
      const named = getNamedType(of);
      return isObjectType(named) ? `${name} ${everything(named)}` : name;
    })
    .join(' ')} }`;
}
const all = (name: string) => `... on ${name} ${everything(schema.getType(name) as GraphQLObjectType)}`;
const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ${all('StudentRecord')} ${all('Institution')} } }`;

for (const fixture of await conformanceFixtures()) {
  if (fixture.absent !== undefined) console.warn(`skipped: ${fixture.name}: ${fixture.absent}`);
  (fixture.absent === undefined ? describe : describe.skip)(fixture.name, () => {
    test('answers the whole contract through the router, in the form that the contract says', async () => {
      const { signer, publicKeyPem } = await createSigner(undefined, systemClock);
      const verifier = await createVerifier([publicKeyPem!], systemClock);
      const opened = await fixture.open(verifier);
      const { adapter, dead } = opened;
      const { institutionId } = adapter.school;
      const router = createRecordsRouter({
        directory: {
          schools: async () => [
            { institutionId, name: 'x', kind: 'SQL', endpoint: 'local:x', enabled: true, timeoutMs: 60_000 },
          ],
        },
        links: { linkedTo: async () => [] },
        trail: new FakeTrail(),
        connect: () => adapter.handle,
        verifier,
        signer,
      });
      const ask = async () =>
        router.handle({
          query,
          variables: {
            r: [
              ...fixture.students.map((studentNumber) => ({
                __typename: 'StudentRecord',
                institutionId,
                studentNumber,
              })),
              { __typename: 'Institution', id: institutionId },
            ],
          },
          assertion: await signer.sign(servicePrincipal('test'), 'records'),
          requestId: 'req_test',
          locale: 'en',
          deadline: Date.now() + 60_000,
          signal: new AbortController().signal,
        });
      try {
        const { data, errors = [] } = await ask();
        const codes = errors.map(({ extensions }) => extensions?.['code']);
        expect(codes).not.toContain('SCHOOL_CONTRACT_BROKEN');
        expect(codes).not.toContain('SCHOOL_UNAVAILABLE');
        const entities = data!['_entities'] as Record<string, unknown>[];
        for (const [at, studentNumber] of fixture.students.entries())
          expect(entities[at]).toMatchObject({ studentNumber });
        expect(entities.at(-1)).toMatchObject({ id: institutionId, recordsSystem: { health: 'UP' } });
      } finally {
        await router.stop();
        await Promise.all([adapter.stop(), dead.stop()]);
        await opened.close();
      }
    }, 120_000);
  });
}
