import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { CourseEntity } from './course.entity.js';
import { CourseOfferingEntity } from './course-offering.entity.js';

/** Catalogs of courses are public: learners and partners look up what a course is before they apply. */
export const coursePolicy = rowPolicy(CourseEntity, () => 'all');

/** Classes are as public as their courses. */
export const courseOfferingPolicy = rowPolicy(CourseOfferingEntity, () => 'all');
