import type { RoomMigration } from '../../kit/room/database/migration.js';
import { monthOf, tallyStatements } from '../../kit/room/figures/tally.js';

/** Tallies of outcomes, courses and classes, so that figures do not read the whole catalog. */
export const figures: RoomMigration = {
  name: '0003_figures',
  statements: [
    ...tallyStatements({
      of: 'learning_outcome',
      institution: 'issuer_id',
      groups: {
        STATE: ['moved.state', 'moved.kind', 'moved.level::text'],
        // When it was proposed, and since when it is what it is.
        PROPOSED: ['moved.state', monthOf('moved.created_at')],
        MONTH: ['moved.state', monthOf('moved.state_since')],
      },
    }),
    ...tallyStatements({
      of: 'course',
      institution: 'institution_id',
      groups: { COURSE: [`case when moved.valid_to is null then 'CURRENT' else 'FORMER' end`] },
    }),
    ...tallyStatements({
      of: 'course_offering',
      institution: 'institution_id',
      groups: { YEAR: ['moved.academic_year'] },
    }),
  ],
};
