import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';

const university = institutionIdOfSchool('ningxia-university');

let alliance: TestAlliance;
beforeAll(async () => {
  alliance = await startTestAlliance();
}, 120_000);
afterAll(async () => alliance?.[Symbol.asyncDispose]());

const dashboard = `query ($filter: DashboardFilter) { dashboard(filter: $filter, purpose: "例会") { id
  members { total provincesCovered } adapters { connected } reportFigures(year: 2025) { reported }
  governance { expiringSeats openMotions } tasks { open } activity { exitCandidates }
  accounts { total { value suppressed } } deposits { total } outcomes { courses } agreements { total } } }`;

test('one query of the secretariat brings together the figures of all subgraphs', async () => {
  const data = await alliance.as('secretariat').must(dashboard);
  expect(data.dashboard.members.total).toBeGreaterThan(1);
  expect(data.dashboard.adapters.connected).toBeGreaterThan(0);
  expect(data.dashboard.deposits.total).toBeGreaterThan(0);
  expect(data.dashboard.outcomes.courses).toBeGreaterThan(0);
  expect(data.dashboard.agreements.total).toBeGreaterThan(0);
  // Which members the filter selects is between the subgraphs.
  const hidden = await alliance.as('secretariat').ask('{ dashboard { institutionIds } }');
  expect(hidden.errors[0]?.message).toMatch(/institutionIds/);
});

test('a supervisor sees the figures of all subgraphs during a visit, of the scope only, and nothing before and after', async () => {
  const secretariat = alliance.as('secretariat');
  const subject = 'demo-inspector';
  const inspector = await alliance.asSubject(subject);
  await secretariat.mutate(
    'giveGrant',
    'GiveGrantInput',
    { subject, role: 'SUPERVISOR', idempotencyKey: 'e2e-inspector-grant' },
    'grant { id }',
  );
  const scope = {
    authority: '宁夏回族自治区教育厅',
    subject,
    institutionIds: [university],
    from: '2020-01-01',
    to: '2199-01-01',
    legalBasis: '宁教督〔2026〕1号',
    idempotencyKey: 'e2e-inspector-scope',
  };
  const { supervisionScope } = await secretariat.mutate(
    'giveSupervisionScope',
    'GiveSupervisionScopeInput',
    scope,
    'supervisionScope { id }',
  );
  const before = await inspector.ask(dashboard);
  expect([before.data.dashboard, ...before.codes]).toEqual([null, 'FIGURES_NEED_A_VISIT']);
  const { supervisionVisit } = await inspector.mutate(
    'openSupervision',
    'OpenSupervisionInput',
    { scopeId: supervisionScope.id, purpose: '年度例行检查', idempotencyKey: 'e2e-inspector-visit' },
    'supervisionVisit { id version }',
  );
  const { id: _, ...seen } = (await inspector.must(dashboard)).dashboard;
  const all = await secretariat.must(dashboard);
  const own = await secretariat.must(dashboard, { filter: { institutionIds: [university] } });
  // Motions are the whole alliance's.
  const { governance, ...figures } = seen;
  expect(governance.openMotions).toBeNull();
  expect(own.dashboard).toMatchObject(figures);
  await inspector.must(dashboard, { filter: { institutionIds: [] } });
  const { supervisionVisits } = await secretariat.must(
    `{ supervisionVisits(first: 1) { edges { node { purpose
       reads(first: 100) { edges { node { action allowed purpose } } } } } } }`,
  );
  const { purpose, reads } = supervisionVisits.edges[0].node;
  expect(purpose).toBe('年度例行检查');
  const figuresRead = reads.edges
    .map(({ node }: { node: { action: string } }) => node)
    .filter(({ action }: { action: string }) => action === 'READ_FIGURES');
  expect(figuresRead.length).toBeGreaterThanOrEqual(2);
  // What a read says of its own purpose stands in the trail.
  for (const read of figuresRead) expect(read).toMatchObject({ allowed: true, purpose: '例会' });
  expect(seen.members.total).toBeLessThan(all.dashboard.members.total);
  await inspector.mutate(
    'closeSupervision',
    'CloseSupervisionInput',
    { visitId: supervisionVisit.id, expectedVersion: supervisionVisit.version },
    'supervisionVisit { id }',
  );
  expect((await inspector.ask(dashboard)).data.dashboard).toBeNull();
});

test('of all mutations, a supervisor may use those of visits and the export, and those of every person', async () => {
  const [header, ...rows] = (
    await readFile(new URL('../../schema/access-matrix.tsv', import.meta.url), 'utf8')
  )
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const open = (caller: string) =>
    rows
      .filter(([field, path, ...rest]) => {
        const allowed = rest[header!.indexOf(caller) - 2] === '+';
        return field === path && field!.startsWith('Mutation.') && allowed;
      })
      .map(([field]) => field!);
  const everybodys = new Set(open('SIGNED_IN'));
  expect(open('SUPERVISOR').filter((mutation) => !everybodys.has(mutation))).toEqual([
    'Mutation.closeSupervision',
    'Mutation.exportFigures',
    'Mutation.openSupervision',
  ]);
});
