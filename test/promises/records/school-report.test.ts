import { expect, test } from '@jest/globals';
import type { SchoolReport } from '../../../subgraphs/records/school-report.js';
import { createTestRouter, FakeSchool, full, names, person, record } from '../../rooms/records-fixture.js';

const both = { r: [record('inst_a', '1'), record('inst_a', '2'), record('inst_b', '1')] };

test('whoever wants a report is told which schools were asked, and what copies answered', async () => {
  const a = new FakeSchool('inst_a', names());
  const b = new FakeSchool('inst_b', names());
  const { ask } = await createTestRouter([a, b]);
  const reports = async () => {
    const { extensions } = await ask(full, both, { reportWanted: true });
    return (extensions!['report'] as { schools: SchoolReport[] }).schools
      .map(({ ms, ...rest }) => ({ ...rest, timed: ms >= 0 }))
      .sort((one, other) => one.institutionId.localeCompare(other.institutionId));
  };
  expect(await reports()).toEqual([
    { institutionId: 'inst_a', asked: true, rows: 2, copies: 0, timed: true },
    { institutionId: 'inst_b', asked: true, rows: 1, copies: 0, timed: true },
  ]);
  b.respond = () => Promise.reject(new Error('Zhang San, 310101199001011234'));
  expect(await reports()).toMatchObject([
    { institutionId: 'inst_a', asked: false, copies: 2 },
    { institutionId: 'inst_b', asked: false, copies: 1 },
  ]);
});

test('a report has codes, and neither messages nor whose records they were', async () => {
  const a = new FakeSchool('inst_a', names());
  a.respond = () => Promise.reject(new Error('Zhang San, 310101199001011234'));
  const { ask } = await createTestRouter([a]);
  const { extensions } = await ask(
    full,
    { r: [record('inst_a', '1'), record('inst_z', '2')] },
    { reportWanted: true },
  );
  const { schools } = extensions!['report'] as { schools: Record<string, unknown>[] };
  expect(schools.map(({ failed }) => failed).sort()).toEqual(['SCHOOL_NOT_CONNECTED', 'SCHOOL_UNAVAILABLE']);
  for (const one of schools)
    expect(Object.keys(one).sort()).toEqual(['asked', 'copies', 'failed', 'institutionId', 'ms', 'rows']);
  expect(JSON.stringify(schools)).not.toMatch(/Zhang|3101/);
});

test('nobody gets one unasked, and schools that a caller may not ask about are not in it', async () => {
  const a = new FakeSchool('inst_a', names());
  const { ask } = await createTestRouter([a]);
  const wanted = { r: [record('inst_a', '1')] };
  expect(await ask(full, wanted)).not.toHaveProperty('extensions');
  const stranger = await ask(full, wanted, { principal: person('stranger'), reportWanted: true });
  expect(stranger.extensions).toEqual({ report: { schools: [] } });
});
