import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { Catalog, CatalogRow, QuarantinedRow } from './catalog.js';
import { courseFacts, type CourseFacts } from './course-facts.js';

/** Whose catalog it is, and what is to be written beside each row. */
export interface CatalogTarget {
  readonly importId: string;
  readonly institutionId: string;
  readonly creditScheme: string;
  /** From when courses hold whose file names no date, `YYYY-MM-DD`. */
  readonly validFrom: string;
  readonly source: string;
  readonly now: Date;
}

/** What an import did to the rows of one kind. */
export interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** What an import did. */
export interface CatalogChanges {
  readonly courses: Changes;
  readonly offerings: Changes;
}

/**
 * Takes a catalog over, whole, in the caller's transaction. Courses are known by institution, code and the date from
 * which their facts hold: a course whose facts differ from those in force begins a new edition at that date, and the
 * one before ends there (half-open). What was already so stays untouched, so a second import changes nothing.
 * Courses that the file does not name stay: whether they are gone is a decision for people.
 */
export async function applyCatalog(
  sql: Sql,
  catalog: Catalog,
  target: CatalogTarget,
): Promise<CatalogChanges> {
  // Two imports for one institution at a time would each see the editions without the other's.
  await sql.execute(`select pg_advisory_xact_lock(hashtextextended(?, 0))`, [
    `catalog:${target.institutionId}`,
  ]);
  const facts = courseFacts(catalog.accepted, target.validFrom);
  let courses: Changes = { added: 0, changed: 0, unchanged: 0 };
  const byDate = Map.groupBy(facts, ({ validFrom }) => validFrom);
  for (const validFrom of [...byDate.keys()].sort()) {
    courses = sum(courses, await writeCourses(sql, byDate.get(validFrom)!, validFrom, target));
  }
  await endEditions(sql, target.institutionId);
  const offered = catalog.accepted.filter((row) => row.offering !== null);
  const offerings = await writeOfferings(sql, offered, target);
  await writeQuarantine(sql, catalog.quarantined, target);
  return { courses, offerings };
}

async function writeCourses(
  sql: Sql,
  facts: readonly CourseFacts[],
  validFrom: string,
  target: CatalogTarget,
): Promise<Changes> {
  const rows = facts.map((course) => ({ id: newId('Course'), ...course }));
  const touched = await sql.execute<{ added: boolean }>(
    `with listed as (
       select * from jsonb_to_recordset(?::jsonb) as listed
         (id text, code text, name text, unit text, hours numeric, credits numeric, grading text)
     ), known as (
       select distinct on (course.code) course.* from course join listed using (code)
       where course.institution_id = ? and course.valid_from <= ?::date
       order by course.code, course.valid_from desc
     )
     insert into course (id, institution_id, code, name, unit, hours, credits, credit_scheme, grading, valid_from,
       source, version, created_at)
     select listed.id, ?, listed.code, listed.name, listed.unit, listed.hours, listed.credits, ?, listed.grading,
       ?::date, ?, 1, ?::timestamptz
     from listed left join known using (code)
     where known.id is null
       or (known.name, known.unit, known.hours, known.credits, known.credit_scheme, known.grading)
         is distinct from (listed.name, listed.unit, listed.hours, listed.credits, ?, listed.grading)
     on conflict on constraint course_key do update set
       name = excluded.name, unit = excluded.unit, hours = excluded.hours, credits = excluded.credits,
       credit_scheme = excluded.credit_scheme, grading = excluded.grading, source = excluded.source,
       version = course.version + 1
     returning not exists (
       select 1 from course as other where other.institution_id = course.institution_id and other.code = course.code
     ) as added`,
    [
      JSON.stringify(rows),
      target.institutionId,
      validFrom,
      target.institutionId,
      target.creditScheme,
      validFrom,
      target.source,
      target.now.toISOString(),
      target.creditScheme,
    ],
  );
  return changesOf(touched, rows.length);
}

/** Each edition ends where the next one of its code begins. */
async function endEditions(sql: Sql, institutionId: string): Promise<void> {
  await sql.execute(
    `with edition as (
       select id, lead(valid_from) over (partition by code order by valid_from) as ends
       from course where institution_id = ?
     )
     update course set valid_to = edition.ends, version = course.version + 1
     from edition where edition.id = course.id and course.valid_to is distinct from edition.ends`,
    [institutionId],
  );
}

async function writeOfferings(
  sql: Sql,
  accepted: readonly CatalogRow[],
  target: CatalogTarget,
): Promise<Changes> {
  const rows = accepted.map(({ code, unit, hours, credits, validFrom, offering }) => ({
    id: newId('CourseOffering'),
    code,
    unit,
    hours,
    credits,
    validFrom: validFrom ?? target.validFrom,
    ...offering,
  }));
  const touched = await sql.execute<{ added: boolean }>(
    `insert into course_offering (id, institution_id, course_id, academic_year, term, class_key, unit, cohort, capacity,
       hours, credits, credit_scheme, version, created_at)
     select listed.id, ?, edition.id, listed."academicYear", listed.term, listed."classKey", listed.unit, listed.cohort,
       listed.capacity, listed.hours, listed.credits, ?, 1, ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as listed (id text, code text, unit text, hours numeric, credits numeric,
       "validFrom" date, "academicYear" text, term integer, "classKey" text, cohort text, capacity integer)
     join course as edition on edition.institution_id = ? and edition.code = listed.code
       and edition.valid_from <= listed."validFrom"
       and (edition.valid_to is null or edition.valid_to > listed."validFrom")
     on conflict on constraint course_offering_key do update set
       course_id = excluded.course_id, unit = excluded.unit, cohort = excluded.cohort, capacity = excluded.capacity,
       hours = excluded.hours, credits = excluded.credits, credit_scheme = excluded.credit_scheme,
       version = course_offering.version + 1
     where (course_offering.course_id, course_offering.unit, course_offering.cohort, course_offering.capacity,
         course_offering.hours, course_offering.credits, course_offering.credit_scheme)
       is distinct from (excluded.course_id, excluded.unit, excluded.cohort, excluded.capacity,
         excluded.hours, excluded.credits, excluded.credit_scheme)
     returning (xmax = 0) as added`,
    [
      target.institutionId,
      target.creditScheme,
      target.now.toISOString(),
      JSON.stringify(rows),
      target.institutionId,
    ],
  );
  return changesOf(touched, rows.length);
}

async function writeQuarantine(
  sql: Sql,
  quarantined: readonly QuarantinedRow[],
  target: CatalogTarget,
): Promise<void> {
  if (quarantined.length === 0) return;
  const rows = quarantined.map((row) => ({ id: newId('QuarantinedRow'), ...row }));
  await sql.execute(
    `insert into quarantined_row (id, import_id, institution_id, row, code, parameters, content, created_at)
     select id, ?, ?, row, code, parameters, content, ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as listed (id text, row integer, code text, parameters jsonb, content jsonb)
     on conflict on constraint quarantined_row_key do nothing`,
    [target.importId, target.institutionId, target.now.toISOString(), JSON.stringify(rows)],
  );
}

function changesOf(touched: readonly { added: boolean }[], listed: number): Changes {
  const added = touched.filter((row) => row.added).length;
  return { added, changed: touched.length - added, unchanged: listed - touched.length };
}

function sum(a: Changes, b: Changes): Changes {
  return { added: a.added + b.added, changed: a.changed + b.changed, unchanged: a.unchanged + b.unchanged };
}
