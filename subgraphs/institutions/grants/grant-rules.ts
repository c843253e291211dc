/** The rules of grants that are policy; each is stated here once, with its source. */

/** Roles that belong to an institution, and that its own administrators may give. */
export const institutionRoles: readonly string[] = [
  'TEACHER',
  'REGISTRAR',
  'SERVICE_POINT_CLERK',
  'INSTITUTION_ADMIN',
];

/**
 * Roles whose holders may let somebody else stand in for them. The alliance's own roles (expert, council member,
 * certification centre, secretariat, supervisor) are not among them: such a holder was chosen in person, by a vote, a
 * nomination or another authority, and a stand-in is chosen the same way. So nobody of the secretariat makes another
 * one without `giveGrant`, which the trail shows and the yearly review covers. Our proposal: the sources ask for
 * time-bound, revocable delegation (S2 权限A 一.5) and for least privilege (一.1), and say no more.
 */
export const delegableRoles: ReadonlySet<string> = new Set(institutionRoles);

/**
 * In how many days a grant is reviewed after it was given or last kept. Our proposal: the sources ask for rights that
 * are taken back when their reason is gone (S2 权限A 一.5) and name no interval; a year is what annual reviews use.
 * The database applies the same number where a grant comes without a date (migrations/grant-guards.ts).
 */
export const reviewEveryDays = 365;

/** The instant at which a grant is due for review that was given or kept at another. */
export function reviewDueAfter(instant: Date): Date {
  return new Date(instant.getTime() + reviewEveryDays * 24 * 60 * 60 * 1000);
}
