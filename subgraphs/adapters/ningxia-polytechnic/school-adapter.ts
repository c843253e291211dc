import { fixturePath } from '../kit/fixture-path.js';
import { createDropDriver, type DropDriverOptions } from '../drivers/drop/drop-driver.js';
import { createAdapter, type Adapter, type AdapterOptions } from '../kit/create-adapter.js';
import { choice, mapping } from './mapping.js';

/** Who the school is in the Ministry's list of institutions of 2025-06-20. */
export const ningxiaPolytechnic = { moeCode: '4164013086', name: '宁夏职业技术大学' } as const;

/** The folder of the invented delivery. */
export function deliveryFixturePath(): string {
  return fixturePath(import.meta.url, './fixtures');
}

/** The adapter of 宁夏职业技术大学: OneRoster 1.2 bulk deliveries in a folder. */
export function createNingxiaPolytechnicAdapter(
  options: Pick<AdapterOptions, 'verifier' | 'clock'> & {
    readonly institutionId: string;
    /** Where the school drops its deliveries; the invented delivery by default. */
    readonly path?: string;
  } & Partial<Pick<DropDriverOptions, 'agreedAgeMs' | 'lookEveryMs' | 'limits' | 'onDelivery'>>,
): Adapter {
  const { institutionId, path, verifier, clock, ...driver } = options;
  const { name } = ningxiaPolytechnic;
  return createAdapter({
    school: { institutionId, name },
    mapping,
    verifier,
    ...(clock === undefined ? {} : { clock }),
    driver: createDropDriver({
      ...driver,
      ...choice,
      ...(clock === undefined ? {} : { clock }),
      institution: name,
      path: path ?? deliveryFixturePath(),
    }),
  });
}
