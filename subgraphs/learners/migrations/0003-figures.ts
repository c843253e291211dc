import type { RoomMigration } from '../../kit/room/database/migration.js';
import { monthOf, tallyStatements } from '../../kit/room/figures/tally.js';

/** Tallies of deposits and accounts, so that figures over a million rows cost what figures over a few thousand do. */
export const figures: RoomMigration = {
  name: '0003_figures',
  statements: [
    ...tallyStatements({
      of: 'deposit',
      institution: 'issuer_id',
      amount: 'moved.credit_amount',
      groups: {
        STATE: ['moved.state', 'moved.category', 'moved.credit_scheme'],
        MONTH: ['moved.state', monthOf('moved.created_at')],
        AWARDED: ['moved.state', `extract(year from moved.awarded_on)::text`],
      },
    }),
    ...tallyStatements({
      of: 'account',
      institution: 'institution_id',
      groups: {
        STATE: ['moved.state'],
        MONTH: ['moved.state', monthOf('moved.created_at')],
      },
    }),
  ],
};
