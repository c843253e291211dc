import { describe, expect, test } from '@jest/globals';
import { defineMachine } from '../../subgraphs/kit/room/machine/machine.js';
import { workChanged, workOf } from '../../subgraphs/kit/room/work/work-event.js';
import type { WorkItem, WorkRow, WorkSource } from '../../subgraphs/kit/room/work/work-source.js';

const machine = defineMachine({
  name: 'Parcel',
  source: 'this test',
  initial: ['ARRIVED'],
  states: {
    ARRIVED: {
      title: { zh: '待签收', en: 'To be signed for' },
      waitsFor: ['REGISTRAR', 'OWNER', { role: 'SECRETARIAT', anywhere: true }],
      dueInDays: 2,
      overdue: 'INSTITUTION_ADMIN',
    },
    ASKED: { waitsFor: 'OWNER', dueInDays: 1 },
    KEPT: { resting: true },
  },
  actions: {
    sign: { title: { zh: '签收', en: 'Sign' }, from: ['ARRIVED'], to: 'KEPT', by: ['REGISTRAR'] },
    refuse: { from: ['ARRIVED'], to: 'ASKED', by: [{ role: 'SECRETARIAT', anywhere: true }] },
    answer: { from: ['ARRIVED', 'ASKED'], to: 'KEPT', by: ['OWNER'] },
    expire: { from: ['ARRIVED'], to: 'KEPT', by: ['SERVICE'] },
  },
});
const since = new Date('2026-01-15T08:00:00Z');
const noSql = { execute: () => Promise.reject(new Error('This source asks nothing.')) };
const step = { action: 'sign', mutation: 'signParcel', input: { parcelId: 'p' }, reasoned: false };

function source(item: Partial<WorkItem> = {}): WorkSource<WorkRow> {
  return {
    type: 'Parcel',
    entity: undefined as never,
    machine,
    mutations: { refuse: 'answerParcel' },
    item: () => ({ about: 'P-1', since, institutionIds: ['inst_a', 'inst_b'], ...item }),
    steps: () => [step],
  };
}
const row = (state: string): WorkRow => ({ id: 'p', version: 3, state });

describe('what a row means for officials', () => {
  test('names roles at its institutions and bodies of the alliance; owners and the house itself need no inbox', async () => {
    expect(await workOf(source(), row('ARRIVED'), noSql)).toEqual({
      type: 'Parcel',
      id: 'p',
      version: 3,
      state: 'ARRIVED',
      stateTitle: { zh: '待签收', en: 'To be signed for' },
      about: 'P-1',
      since: '2026-01-15T08:00:00.000Z',
      dueAt: '2026-01-17T16:00:00.000Z',
      lapsesAt: null,
      waitsFor: [
        { role: 'REGISTRAR', institutionId: 'inst_a', subject: null },
        { role: 'REGISTRAR', institutionId: 'inst_b', subject: null },
        { role: 'SECRETARIAT', institutionId: null, subject: null },
      ],
      notFor: [],
      overdueRole: 'INSTITUTION_ADMIN',
      actions: [
        { action: 'sign', mutation: 'sign', title: { zh: '签收', en: 'Sign' } },
        { action: 'refuse', mutation: 'answerParcel', title: null },
      ],
      steps: [step],
    });
  });

  test('names only the persons where it waits for persons by name', async () => {
    const work = await workOf(source({ subjects: ['e1', 'e2'] }), row('ARRIVED'), noSql);
    expect(work.waitsFor).toEqual([
      { role: null, institutionId: null, subject: 'e1' },
      { role: null, institutionId: null, subject: 'e2' },
    ]);
  });

  test('is nothing where the owner alone is waited for, and nothing may be done then', async () => {
    expect(await workOf(source(), row('ASKED'), noSql)).toMatchObject({
      waitsFor: [],
      actions: [],
      steps: [],
    });
    expect(await workOf(source(), row('KEPT'), noSql)).toMatchObject({
      waitsFor: [],
      dueAt: null,
      actions: [],
    });
  });

  test('takes the row’s own due date, end and exceptions before the machine’s', async () => {
    const given = { dueAt: null, lapsesAt: new Date('2026-02-01T00:00:00Z'), notFor: ['me'] };
    expect(await workOf(source(given), row('ARRIVED'), noSql)).toMatchObject({
      dueAt: null,
      lapsesAt: '2026-02-01T00:00:00.000Z',
      notFor: ['me'],
    });
  });

  test('of an unknown state is a fault that names it', async () => {
    await expect(workOf(source(), row('LOST'), noSql)).rejects.toThrow('Parcel has no state LOST.');
  });

  test('is told as an event of the row, at its version', async () => {
    expect(await workChanged(source(), row('KEPT'), noSql)).toMatchObject({
      type: 'WorkChanged',
      aggregateType: 'Parcel',
      aggregateId: 'p',
      version: 3,
    });
  });
});
