import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import { eventually } from '../support/eventually.js';

let house: TestAlliance;
beforeAll(async () => {
  house = await startTestAlliance();
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

it('what was signed in another room counts for the members that signed it, and is not for everybody to know', async () => {
  const id = institutionIdOfSchool('ningxia-university');
  const query = `query ($id: ID!) { institution(id: $id) { activityEvidence { kinds { kind countInWindow } } } }`;
  const kinds = async () => {
    const { institution } = await house.as('secretariat').must(query, { id });
    return (institution.activityEvidence?.kinds ?? []).map(({ kind }: { kind: string }) => kind) as string[];
  };
  await eventually(async () => (await kinds()).includes('CONVERSION'));
  const { data, codes } = await house.as('learner').ask(query, { id });
  expect([data.institution.activityEvidence, codes]).toEqual([null, ['FORBIDDEN_FIELD']]);
});
