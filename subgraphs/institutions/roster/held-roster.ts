import { contentHash } from '../../kit/room/audit/canonical-json.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { RosterRow } from './parse-roster.js';

/** An institution with a Ministry code, as the roster holds it. */
export interface HeldInstitution extends Omit<RosterRow, 'authority' | 'province' | 'city' | 'level'> {
  readonly id: string;
  readonly authority: string | null;
  readonly province: string | null;
  readonly city: string | null;
  readonly level: RosterRow['level'] | null;
  /** Null where no list had it yet. */
  readonly listing: 'LISTED' | 'GONE' | 'MERGED' | null;
}

/** All institutions with a Ministry code, in the order of their codes. */
export function heldRoster(sql: Sql): Promise<HeldInstitution[]> {
  return sql.execute<HeldInstitution>(
    `select id, moe_code as "moeCode", name, authority, province, city, level, note, listing
     from institution where moe_code is not null order by moe_code`,
  );
}

/** A fingerprint of what the roster holds; it differs when anything differs that a list could say. */
export function rosterPrint(held: readonly HeldInstitution[]): string {
  return contentHash(held);
}

/** Lets one transaction at a time take a list over; the others wait for its end. */
export async function lockRoster(sql: Sql): Promise<void> {
  await sql.execute(`select pg_advisory_xact_lock(hashtextextended('institutions.roster', 0))`);
}

/** The date of the list that the roster follows, `YYYY-MM-DD`; undefined before the first. */
export async function editionInForce(sql: Sql): Promise<string | undefined> {
  const [edition] = await sql.execute<{ asOf: string }>(
    `select as_of::text as "asOf" from roster_edition order by id desc limit 1`,
  );
  return edition?.asOf;
}

/** Notes that the roster follows a list from now on. */
export async function recordEdition(
  sql: Sql,
  edition: {
    readonly asOf: string;
    readonly institutions: number;
    readonly appliedBy: string;
    readonly at: Date;
  },
): Promise<void> {
  await sql.execute(
    `insert into roster_edition (as_of, institutions, applied_by, applied_at)
     values (?::date, ?::integer, ?, ?::timestamptz)`,
    [edition.asOf, edition.institutions, edition.appliedBy, edition.at.toISOString()],
  );
}
