import { createAdapter, type Adapter, type AdapterOptions } from '../kit/create-adapter.js';
import { createSqlDriver, type SqlDriverOptions } from '../drivers/sql/sql-driver.js';
import { mapping, statements, zhengfangSchema } from './mapping.js';

/** Who the school is in the Ministry's list of institutions of 2025-06-20. */
export const ningxiaUniversity = { moeCode: '4164010749', name: '宁夏大学' } as const;

/** The adapter of 宁夏大学: Zhengfang (classic) over SQL. */
export function createNingxiaUniversityAdapter(
  options: Pick<AdapterOptions, 'verifier' | 'clock'> & {
    readonly institutionId: string;
    /** The school's database; its schema is `zfxfzb` unless another is named. */
    readonly databaseUrl: string;
  } & Partial<
      Pick<
        SqlDriverOptions,
        'schema' | 'poolSize' | 'statementTimeoutMs' | 'connectTimeoutMs' | 'onStatement'
      >
    >,
): Adapter {
  const { institutionId, databaseUrl, verifier, clock, ...driver } = options;
  const { name } = ningxiaUniversity;
  return createAdapter({
    school: { institutionId, name },
    mapping,
    verifier,
    ...(clock === undefined ? {} : { clock }),
    driver: createSqlDriver({
      schema: zhengfangSchema,
      ...driver,
      institution: name,
      url: databaseUrl,
      statements,
    }),
  });
}
