import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Seat } from '../seats/seat.types.js';
import { attendanceRate } from './meeting.loader.js';
import { AttendancePeriodArguments, AttendanceRate } from './meeting.types.js';

/** How often the member of a seat came. */
@Resolver(() => Seat)
export class SeatAttendanceResolver {
  @FieldResolver(() => AttendanceRate, {
    nullable: true,
    description:
      "How often the seat's member came to the body's meetings, in a period or ever; null for all but the secretariat.",
  })
  @RequiresRole('SECRETARIAT')
  attendance(
    @Root() { bodyId, institutionId }: Seat,
    @Args(() => AttendancePeriodArguments) { from, to }: AttendancePeriodArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<AttendanceRate> | null {
    if (from != null && to != null && to <= from) throw refuse('INTERVAL_EMPTY', {}, ['to']);
    // Others see the attendance of some meetings only, and a rate of some is none.
    if (!hasRole(scope.principal, 'SECRETARIAT')) return null;
    return scope.load(attendanceRate, { bodyId, institutionId, from: from ?? null, to: to ?? null });
  }
}
