import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { MotionEntity } from '../motions/motion.entity.js';
import type { AgendaItem } from './meeting.entity.js';
import type { AgendaPointInput, SeatAttendanceInput } from './meeting.inputs.js';

const title = z.object({ zh: z.string().trim().min(1).max(200), en: z.string().trim().min(1).max(200) });
const place = z.string().trim().min(1).max(300);

/** What a call for a meeting must say. */
export const titled = z.object({ title });

/** What every reason must be. */
export const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

/** What minutes must be. */
export const recorded = z.object({ text: z.string().trim().min(1).max(100_000) });

const arrangement = z.object({
  agenda: z.array(z.object({ title })).max(50),
  place: place.nullish(),
  link: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullish(),
});

const attendance = z.object({
  seats: z
    .array(
      z
        .object({ seatId: z.string(), presence: z.string(), representedBy: place.nullish() })
        .refine((seat) => (seat.presence === 'REPRESENTED') === (seat.representedBy != null), {
          message: 'representedBy: REPRESENTED',
        }),
    )
    .min(1)
    .max(1000)
    .refine((seats) => new Set(seats.map(({ seatId }) => seatId)).size === seats.length, {
      message: 'seatId: twice',
    }),
});

/** When and where a meeting is held, and about what. */
export interface ArrangementInput {
  readonly agenda: readonly AgendaPointInput[];
  readonly startsAt: Date;
  readonly place?: string;
  readonly link?: string;
}

/** Reads an arrangement; its motions must be ones that the one who asks sees. */
export async function arrangementOf(
  transaction: MutationTransaction,
  input: ArrangementInput,
  now: Date,
): Promise<{ agenda: AgendaItem[]; startsAt: Date; place: string | null; link: string | null }> {
  checkInput(arrangement, input);
  if (input.startsAt <= now) throw refuse('MEETING_TIME_INVALID', {}, ['input', 'startsAt']);
  if (input.place == null && input.link == null)
    throw refuse('MEETING_PLACE_MISSING', {}, ['input', 'place']);
  const wanted = input.agenda.flatMap(({ motionId }) => motionId ?? []);
  const known = await transaction.find(MotionEntity, { id: { $in: wanted } });
  const missing = wanted.find((id) => !known.some((motion) => motion.id === id));
  if (missing !== undefined) throw refuse('NOT_FOUND', { type: 'Motion', id: missing }, ['input', 'agenda']);
  return {
    agenda: input.agenda.map((point) => ({
      titleZh: point.title.zh,
      titleEn: point.title.en,
      motionId: point.motionId ?? null,
    })),
    startsAt: input.startsAt,
    place: input.place ?? null,
    link: input.link ?? null,
  };
}

/** Checks who is said to have come: each seat once, and who came instead exactly where somebody did. */
export function checkAttendance(input: { seats: readonly SeatAttendanceInput[] }): void {
  checkInput(attendance, input);
}
