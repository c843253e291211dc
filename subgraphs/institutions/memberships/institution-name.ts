import type { Sql } from '../../kit/room/database/sql.js';

/** The name by which officials know an institution; its id where the roster does not know it. */
export async function nameOfInstitution(sql: Sql, institutionId: string): Promise<string> {
  const [row] = await sql.execute<{ name: string }>('select name from institution where id = ?', [
    institutionId,
  ]);
  return row?.name ?? institutionId;
}
