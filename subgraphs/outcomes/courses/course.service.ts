import type { FilterQuery } from '@mikro-orm/postgresql';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { CourseEntity, type CourseRow } from './course.entity.js';
import {
  courseByCode,
  courseById,
  courseCountByInstitution,
  showCourse,
  showOffering,
  type CourseCode,
} from './course.loader.js';
import { CourseOfferingEntity } from './course-offering.entity.js';
import type { Course, CourseFilter, CourseOffering } from './course.types.js';

/** Reads of the catalogs. */
export class CourseService {
  /** One course, or null. */
  byId(scope: RequestScope, id: string): Promise<Course | null> {
    return scope.load(courseById, id);
  }

  /** The latest edition of a course by its school and code; null when one of them is unknown. */
  async byCode(
    scope: RequestScope,
    code: Partial<Record<keyof CourseCode, string | null>>,
  ): Promise<Course | null> {
    const { issuerId, courseCode } = code;
    if (issuerId == null || courseCode == null) return null;
    return scope.load(courseByCode, { issuerId, courseCode });
  }

  /** A page of courses, by code. */
  async list(
    scope: RequestScope,
    filter: CourseFilter,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<Course>> {
    const page = await scope.page(CourseEntity, args, {
      where: conditionOf(filter),
      orderBy: [{ code: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showCourse);
  }

  /** The classes of a course, term by term. */
  async offerings(
    scope: RequestScope,
    courseId: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<CourseOffering>> {
    const page = await scope.page(CourseOfferingEntity, args, {
      where: { courseId },
      orderBy: [{ academicYear: 'asc' }, { term: 'asc' }, { classKey: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showOffering);
  }

  /** How many courses an institution has. */
  count(scope: RequestScope, institutionId: string): Promise<number> {
    return scope.load(courseCountByInstitution, institutionId);
  }
}

function conditionOf(filter: CourseFilter): FilterQuery<CourseRow> {
  const conditions: FilterQuery<CourseRow>[] = [{ validTo: null }];
  if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
  if (filter.code != null) conditions.push({ code: filter.code });
  if (filter.text != null)
    conditions.push({ name: { $like: `%${filter.text.replace(/[\\%_]/g, '\\$&')}%` } });
  return { $and: conditions };
}
