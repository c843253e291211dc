import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Exemption } from '../../subgraphs/adapters/kit/driver.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError, refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { createAdapterClient, errorsOf, type AdapterClient } from '../conformance/adapter-client.js';
import { tableAdapter, tableSystem, type TableSystem } from './adapters-table-school.js';

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

const input = {
  idempotencyKey: 'certificate-1-line-1',
  institutionId: 'inst_tables',
  studentNumber: '1',
  courseCode: 'M1',
  term: '2026-2027-1',
  certificateNumber: 'AMRLO-2026-000001',
  kind: 'BOTH',
  recordedGrade: '及格',
  credits: '3',
};
const mutation = `mutation ($input: WriteBackExemptionInput!) { writeBackExemption(input: $input) {
  writeBack { institutionId studentNumber courseCode certificateNumber state confirmedAt provenance { freshness } }
  userErrors { code message path rule } } }`;

/** A system that takes exemptions and finds them by the number of the certificate. */
function writable(): { system: TableSystem; written: Exemption[] } {
  const written: Exemption[] = [];
  const system = tableSystem({
    students: [{ XH: '1', XM: '陈思远' }],
    courses: [{ KCDM: 'M1', KCMC: '高等数学' }],
    gradeWords: [{ CJ: '及格', DYCJ: '64' }],
  });
  system.writeBack = async (exemption) => {
    const there = written.find(({ courseCode }) => courseCode === exemption.courseCode);
    if (there?.certificateNumber === exemption.certificateNumber) return 'ALREADY_WRITTEN';
    if (there !== undefined) throw refuse('WRITE_BACK_REFUSED', { institution: 'A school', detail: 'M1' });
    written.push(exemption);
    return 'WRITTEN';
  };
  return { system, written };
}

function asking(system: TableSystem) {
  const adapter = tableAdapter(system, client.verifier, { clock: new FakeClock('2026-01-15T08:00:00Z') });
  const ask = (change: object = {}) =>
    client.ask(adapter, mutation, { variables: { input: { ...input, ...change } } });
  return {
    ask,
    write: async (change: object = {}) => {
      return (await ask(change)).data?.['writeBackExemption'] as {
        writeBack: Record<string, unknown> | null;
        userErrors: { code: string; path: string[] | null; rule: string | null; message: string }[];
      };
    },
  };
}

describe('an exemption', () => {
  test('is written with everything that was granted and confirmed with its time', async () => {
    const { system, written } = writable();
    expect(await asking(system).write()).toEqual({
      writeBack: {
        institutionId: 'inst_tables',
        studentNumber: '1',
        courseCode: 'M1',
        certificateNumber: 'AMRLO-2026-000001',
        state: 'WRITTEN',
        confirmedAt: '2026-01-15T08:00:00.000Z',
        provenance: { freshness: 'LIVE' },
      },
      userErrors: [],
    });
    const { idempotencyKey: _, institutionId: __, ...exemption } = input;
    expect(written).toEqual([exemption]);
  });

  test('is written once: the same key gives the same answer, another key finds what is there', async () => {
    const { system, written } = writable();
    const { write } = asking(system);
    const [first, again] = await Promise.all([write(), write()]);
    expect(again).toEqual(first);
    expect(await write()).toEqual(first);
    expect((await write({ idempotencyKey: 'another-key' })).writeBack).toMatchObject({
      state: 'ALREADY_WRITTEN',
    });
    expect((await asking(system).write()).writeBack).toMatchObject({ state: 'ALREADY_WRITTEN' });
    expect(written).toHaveLength(1);
  });

  test('of a key that was used for something else is refused', async () => {
    const { system, written } = writable();
    const { write } = asking(system);
    await write();
    expect(await write({ credits: '4' })).toMatchObject({
      writeBack: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] }],
    });
    expect(written).toHaveLength(1);
  });

  test('that the system does not take is a refusal to act on', async () => {
    const { system } = writable();
    const { write } = asking(system);
    await write();
    expect(await write({ idempotencyKey: 'another-key', certificateNumber: 'AMRLO-2026-000002' })).toEqual({
      writeBack: null,
      userErrors: [
        {
          code: 'WRITE_BACK_REFUSED',
          path: null,
          rule: 'charter 12(8)',
          message: expect.stringContaining('A school'),
        },
      ],
    });
  });

  test('may be tried again with the same key after a fault', async () => {
    const { system, written } = writable();
    const works = system.writeBack!;
    let dead = true;
    system.writeBack = async (exemption) => {
      if (dead) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: 'A school' });
      return works(exemption);
    };
    const { ask, write } = asking(system);
    expect(errorsOf(await ask())).toEqual([['writeBackExemption', 'SCHOOL_UNAVAILABLE']]);
    dead = false;
    expect((await write()).writeBack).toMatchObject({ state: 'WRITTEN' });
    expect(written).toHaveLength(1);
  });

  test.each([
    [{ idempotencyKey: 'short' }, 'INPUT_INVALID', 'idempotencyKey'],
    [{ idempotencyKey: 'k'.repeat(65) }, 'INPUT_INVALID', 'idempotencyKey'],
    [{ institutionId: 'inst_other' }, 'INPUT_INVALID', 'institutionId'],
    [{ studentNumber: '' }, 'INPUT_INVALID', 'studentNumber'],
    [{ studentNumber: '2' }, 'NOT_FOUND', 'studentNumber'],
    [{ courseCode: 'M2' }, 'NOT_FOUND', 'courseCode'],
    [{ courseCode: ' M1' }, 'INPUT_INVALID', 'courseCode'],
    [{ term: '2026-2028-1' }, 'INPUT_INVALID', 'term'],
    [{ term: '2026-2027-4' }, 'INPUT_INVALID', 'term'],
    [{ certificateNumber: 'A\u0000B' }, 'INPUT_INVALID', 'certificateNumber'],
    [{ recordedGrade: '特优' }, 'INPUT_INVALID', 'recordedGrade'],
    [{ recordedGrade: '105' }, 'INPUT_INVALID', 'recordedGrade'],
    [{ credits: '-1' }, 'INPUT_INVALID', 'credits'],
    [{ credits: '0' }, 'INPUT_INVALID', 'credits'],
    [{ credits: '1e3' }, 'DECIMAL_INVALID', 'credits'],
  ])('with %j is refused before anything is written', async (change, code, field) => {
    const { system, written } = writable();
    expect(await asking(system).write(change)).toMatchObject({
      writeBack: null,
      userErrors: [{ code, path: ['input', field] }],
    });
    expect(written).toEqual([]);
  });

  test('needs neither a grade nor credits', async () => {
    const { system, written } = writable();
    await asking(system).write({ recordedGrade: null, credits: null });
    expect(written).toMatchObject([{ recordedGrade: null, credits: null }]);
  });

  test('into a system that cannot be written is refused with the reason', async () => {
    const { system } = writable();
    delete system.writeBack;
    expect(errorsOf(await asking(system).ask())).toEqual([['writeBackExemption', 'RECORD_NOT_SUPPLIED']]);
  });
});
