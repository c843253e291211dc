import type { RosterLineRow } from './roster-line.entity.js';
import type { PublicBadge } from './roster-line.types.js';

/**
 * What a member may say of its membership in public (charter art. 11(6)): only in good standing, as everywhere
 * (memberships/standing.ts), and with the date on which it was true, so that an old print claims nothing about today.
 * @param today legal date, `YYYY-MM-DD`
 */
export function publicBadge(line: RosterLineRow, today: string): PublicBadge | null {
  if (!line.inStanding) return null;
  return {
    textZh: `${line.name}自${chineseDate(line.joinedOn)}起为学习成果互认联盟成员（成员代码${line.memberCode}，截至${chineseDate(today)}有效）。`,
    textEn: `${line.nameEn ?? line.name} has been a member of the Alliance for Mutual Recognition of Learning Outcomes since ${line.joinedOn} (member code ${line.memberCode}, true as of ${today}).`,
    memberSince: line.joinedOn,
    asOf: today,
    verification: { operation: 'VerifyMembership', memberCode: line.memberCode, asOf: today },
  };
}

function chineseDate(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
}
