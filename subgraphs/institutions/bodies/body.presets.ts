import type { Clock } from '../../kit/base/clock.js';
import { stableId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { BodyKind } from './body.types.js';

/** The bodies that the charter establishes; special councils come with their sub-alliances (art. 15, 17). */
const charterBodies: readonly {
  readonly kind: Exclude<keyof typeof BodyKind, 'SPECIAL_COUNCIL'>;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly article: number;
}[] = [
  { kind: 'ASSEMBLY', nameZh: '成员大会', nameEn: 'Assembly of members', article: 13 },
  { kind: 'STANDING_COUNCIL', nameZh: '常务理事会', nameEn: 'Standing council', article: 14 },
  { kind: 'COUNCIL', nameZh: '理事会', nameEn: 'Council', article: 15 },
  { kind: 'REVIEW_COMMITTEE', nameZh: '机构审核委员会', nameEn: 'Review committee', article: 16 },
  { kind: 'SECRETARIAT', nameZh: '秘书处', nameEn: 'Secretariat', article: 17 },
];

/** The charter's article about special councils (专门理事会). */
export const specialCouncilArticle = 15;

/** Makes sure that the bodies of the charter are there; their ids are the same in every deployment. */
export async function foundCharterBodies(sql: Sql, clock: Clock): Promise<void> {
  const now = clock.now().toISOString();
  for (const { kind, nameZh, nameEn, article } of charterBodies) {
    await sql.execute(
      `insert into body (id, kind, name_zh, name_en, article, created_at)
       values (?, ?, ?, ?, ?, ?::timestamptz) on conflict do nothing`,
      [stableId('Body', kind), kind, nameZh, nameEn, article, now],
    );
  }
}
