import {
  loadZhengfangFixture,
  zhengfangEdition,
  zhengfangSchema,
} from '../../adapters/ningxia-university/load-fixture.js';
import { parseDatabaseUrl } from '../../kit/room/database/address.js';
import { connect } from '../../kit/room/database/connect.js';
import type { AllianceDatabases } from '../databases.js';

/**
 * The database that stands for the system which the demo university already runs: beside the alliance's own, made and
 * filled when it is not there yet, and made anew when it is of an earlier edition, whose tables would not do; whole or
 * not at all, also when the process is killed on the way.
 * @returns its URL
 */
export async function demoSchoolSystem(databases: Pick<AllianceDatabases, 'extra'>): Promise<string> {
  const { url } = await databases.extra('zhengfang');
  const client = await connect(parseDatabaseUrl(url));
  try {
    await client.query('begin');
    const { rows } = await client.query<{ edition: string | null }>(
      `select obj_description(oid, 'pg_namespace') as edition from pg_namespace where nspname = $1`,
      [zhengfangSchema],
    );
    const edition = zhengfangEdition();
    if (rows[0]?.edition !== edition) {
      await client.query(`drop schema if exists ${zhengfangSchema} cascade`);
      await loadZhengfangFixture(
        { execute: (statement) => client.query(statement) },
        { dialect: 'POSTGRESQL' },
      );
      await client.query(`comment on schema ${zhengfangSchema} is '${edition}'`);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
  return url;
}
