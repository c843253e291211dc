import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statementsAbout } from './dashboard-question.js';
import { secretariat, startFigures } from './institutions-figures.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
});
afterAll(async () => room[Symbol.asyncDispose]());

const ranking = '{ totalCount edges { node { rank value institution { id name } } } }';
const everything = `members { total byState { state } }
  before: members(asOf: "2025-12-01") { total }
  memberChanges(period: { from: "2025-01-01", to: "2026-01-01" }) { joined left }
  memberSeries(from: "2007-01-01", to: "2026-01-01", every: MONTH) { members }
  reportFigures(year: 2025) { reported }
  adapters { connected slowest { institution { name } } }
  slowest: adapterRanking(by: RESPONSE_P95) ${ranking}
  failing: adapterRanking(by: FAILURES) ${ranking}
  stalest: adapterRanking(by: STALENESS) ${ranking}
  down: adapterRanking(by: UNAVAILABLE) ${ranking}
  governance { expiringSeats bodies { kind } openMotions overdueMeetings experts servicePoints { kind } }
  tasks { open byType { subjectType daysToClose } }
  late: taskRanking(by: OVERDUE) ${ranking}
  slow: taskRanking(by: DAYS_TO_CLOSE) ${ranking}
  activity { since byKind { kind } exitCandidates }
  idle: activityRanking(order: LOWEST) ${ranking}`;

const ask = async (selection: string) => {
  const { errors } = await room.ask(secretariat, `{ dashboard(purpose: "x") { ${selection} } }`);
  expect(errors).toBeUndefined();
};

test('a dashboard costs one statement, whatever is selected together', async () => {
  expect(await statementsAbout('given as', () => ask(everything))).toHaveLength(1);
});

test('two dashboards about different members cost two', async () => {
  const sent = await statementsAbout('given as', async () => {
    const { errors } = await room.ask(
      secretariat,
      `{ all: dashboard { members { total } adapters { up } }
         some: dashboard(filter: { institutionIds: ["inst_a"] }) { members { total } adapters { up } } }`,
    );
    expect(errors).toBeUndefined();
  });
  expect(sent).toHaveLength(2);
});
