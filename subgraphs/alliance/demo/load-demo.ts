import type { DevelopmentIssuer } from '../../../gateway/security/development-issuer.js';
import { demoSchools, institutionIdOfSchool } from '../schools.js';
import { agreementIsConcluded, agreementSteps } from './agreement-steps.js';
import { createDemoSession, type DemoSession } from './demo-session.js';
import { applicationSteps, councilSteps, supervisionSteps } from './governance-steps.js';
import { demoPeople } from './people.js';
import { learnerSteps } from './learner-steps.js';

/**
 * Loads the demo alliance through the graph, step by step, with the tokens of its people: what a newcomer finds was
 * made the way users make it. Every step carries an idempotency key or looks first, so that a start that was killed
 * on the way goes on where it stopped. Whether it is done the graph itself says, by what is loaded last: the data may
 * lie in another database than at the last start.
 */
export async function loadDemo(options: { url: string; issuer: DevelopmentIssuer }): Promise<void> {
  const session = await createDemoSession(options.url, options.issuer);
  const university = institutionIdOfSchool(demoSchools.university);
  const polytechnic = institutionIdOfSchool(demoSchools.polytechnic);
  if (await agreementIsConcluded(session, { university, polytechnic })) return;
  await importRoster(session);
  await admit(session, university, 'NXU');
  await admit(session, polytechnic, 'NXPU');
  const medical = await listed(session, '4164010752');
  await admit(session, medical, 'NXMU');
  await grant(session, demoPeople.registrar.subject, 'REGISTRAR', university);
  await grant(session, demoPeople.admin.subject, 'INSTITUTION_ADMIN', university);
  await grant(session, demoPeople.admin.subject, 'INSTITUTION_ADMIN', polytechnic);
  await grant(session, demoPeople.expert.subject, 'EXPERT');
  await grant(session, demoPeople.supervisor.subject, 'SUPERVISOR');
  await Promise.all([
    councilSteps(session, { council: university, admin: polytechnic, chair: medical }),
    applicationSteps(session),
    supervisionSteps(session),
  ]);
  await connect(session, university, 'SQL', `local:${demoSchools.university}`);
  await connect(session, polytechnic, 'DROP', `local:${demoSchools.polytechnic}`);
  await importCatalog(session, university);
  await learnerSteps(session, { university, polytechnic });
  await agreementSteps(session, { university, polytechnic });
}

async function importRoster(session: DemoSession): Promise<void> {
  const uploadId = await session.upload(
    'secretariat',
    'createRosterUpload',
    'demo/roster.json',
    'roster.json',
  );
  const { importRoster: payload } = await session.as('secretariat')<{
    importRoster: { rosterImport: { id: string } };
  }>(
    `mutation ($input: ImportRosterInput!) {
       importRoster(input: $input) { rosterImport { id } userErrors { message } }
     }`,
    { input: { uploadId, idempotencyKey: 'demo-roster-import' } },
  );
  await session.finished('secretariat', 'rosterImport', payload.rosterImport.id);
}

async function importCatalog(session: DemoSession, institutionId: string): Promise<void> {
  const uploadId = await session.upload(
    'registrar',
    'createCatalogUpload',
    'demo/catalog.csv',
    'catalog.csv',
  );
  const { importCatalog: payload } = await session.as('registrar')<{
    importCatalog: { catalogImport: { id: string } };
  }>(
    `mutation ($input: ImportCatalogInput!) {
       importCatalog(input: $input) { catalogImport { id } userErrors { message } }
     }`,
    { input: { uploadId, institutionId, format: 'SJTU_CSV', idempotencyKey: 'demo-catalog-import' } },
  );
  await session.finished('registrar', 'catalogImport', payload.catalogImport.id);
}

/** The institution of the imported list with a Ministry code. */
async function listed(session: DemoSession, moeCode: string): Promise<string> {
  const { institutionByCode } = await session.as('secretariat')<{ institutionByCode: { id: string } }>(
    `query ($moeCode: String) { institutionByCode(moeCode: $moeCode) { id } }`,
    { moeCode },
  );
  return institutionByCode.id;
}

async function admit(session: DemoSession, institutionId: string, memberCode: string): Promise<void> {
  await session.as('secretariat')(
    `mutation ($input: RecordFoundingMemberInput!) {
       recordFoundingMember(input: $input) { membership { id } userErrors { message } }
     }`,
    {
      input: {
        institutionId,
        memberCode,
        joinedOn: '2016-07-15',
        charterVersion: '2016-07-15',
        idempotencyKey: `demo-member-${memberCode}`,
      },
    },
  );
}

async function grant(
  session: DemoSession,
  subject: string,
  role: string,
  institutionId?: string,
): Promise<void> {
  await session.as('secretariat')(
    `mutation ($input: GiveGrantInput!) { giveGrant(input: $input) { grant { id } userErrors { message } } }`,
    {
      input: {
        subject,
        role,
        institutionId,
        idempotencyKey: `demo-grant-${subject}-${institutionId ?? role}`,
      },
    },
  );
}

async function connect(
  session: DemoSession,
  institutionId: string,
  kind: string,
  endpoint: string,
): Promise<void> {
  await session.as('secretariat')(
    `mutation ($input: ConnectRecordsSystemInput!) {
       connectRecordsSystem(input: $input) { school { institutionId } userErrors { message } }
     }`,
    { input: { institutionId, kind, endpoint, idempotencyKey: `demo-connect-${institutionId}` } },
  );
}
