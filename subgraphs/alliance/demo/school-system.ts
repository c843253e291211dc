import { loadZhengfangFixture } from '../../adapters/ningxia-university/load-fixture.js';
import { zhengfangSchema } from '../../adapters/ningxia-university/mapping.js';
import { parseDatabaseUrl } from '../../kit/room/database/address.js';
import { connect } from '../../kit/room/database/connect.js';
import type { AllianceDatabases } from '../databases.js';

/**
 * The database that stands for the system which the demo university already runs: beside the alliance's own, made and
 * filled when it is not there yet; whole or not at all, also when the process is killed on the way.
 * @returns its URL
 */
export async function demoSchoolSystem(databases: Pick<AllianceDatabases, 'extra'>): Promise<string> {
  const { url } = await databases.extra('zhengfang');
  const client = await connect(parseDatabaseUrl(url));
  try {
    await client.query('begin');
    const found = await client.query('select 1 from information_schema.schemata where schema_name = $1', [
      zhengfangSchema,
    ]);
    if (found.rowCount === 0) {
      await loadZhengfangFixture(
        { execute: (statement) => client.query(statement) },
        { dialect: 'POSTGRESQL' },
      );
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
  return url;
}
