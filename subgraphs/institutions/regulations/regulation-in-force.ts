import type { Clock } from '../../kit/base/clock.js';
import { legalDate } from '../../kit/base/clock.js';
import { stableId } from '../../kit/base/ids.js';
import { contentHash } from '../../kit/room/audit/canonical-json.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { charterAdoptedOn, foundingCharter, type RegulationArticle } from './charter.presets.js';

/** The code of the charter among the texts of the alliance. */
export const charterCode = 'CHARTER';

/** The hash by which a text is known, `sha256:<hex>`. */
export function regulationHash(articles: readonly RegulationArticle[]): string {
  return `sha256:${contentHash(articles)}`;
}

/**
 * The edition of the charter that was in force at an instant, as members accept it (`Membership.charterVersion`); null
 * before the charter took effect.
 */
export async function charterVersionInForce(sql: Sql, at: Date): Promise<string | null> {
  const [row] = await sql.execute<{ edition: string }>(
    `select edition from regulation where code = ? and state = 'ADOPTED' and effective_from <= ?::date
     order by effective_from desc limit 1`,
    [charterCode, legalDate(at)],
  );
  return row?.edition ?? null;
}

/** Makes sure that the charter of the founding is there (art. 26). */
export async function foundCharter(sql: Sql, clock: Clock): Promise<void> {
  const now = clock.now().toISOString();
  await sql.execute(
    `insert into regulation (id, code, edition, title_zh, title_en, articles, content_hash, effective_from, state,
       state_since, adopted_on, drafted_by, created_at)
     select ?, ?, ?, '学习成果互认联盟章程', 'Charter of the Alliance for Mutual Recognition of Learning Outcomes',
       ?::jsonb, ?, ?::date, 'ADOPTED', ?::timestamptz, ?::date, 'founding members', ?::timestamptz
     where not exists (select 1 from regulation where code = ?)`,
    [
      stableId('Regulation', `${charterCode} ${charterAdoptedOn}`),
      charterCode,
      charterAdoptedOn,
      JSON.stringify(foundingCharter),
      regulationHash(foundingCharter),
      charterAdoptedOn,
      now,
      charterAdoptedOn,
      now,
      charterCode,
    ],
  );
}
