import { tallied } from '../../kit/room/figures/read-tallies.js';
import type { OutcomeFigure } from './dashboard.types.js';

const outcomeStates: Readonly<Record<OutcomeFigure, readonly string[] | undefined>> = {
  ALL: undefined,
  UNDER_WAY: ['PROPOSED', 'FORMAL_CHECK', 'SUPPLEMENT_REQUESTED', 'EXPERT_REVIEW', 'APPEALED'],
  CERTIFIED: ['CERTIFIED'],
  REJECTED: ['REJECTED'],
};

/** Outcomes that each figure counts. */
export const countedOutcomes = tallied('learning_outcome', 'STATE', outcomeStates);

const since = tallied('learning_outcome', 'MONTH', outcomeStates);
const proposed = tallied('learning_outcome', 'PROPOSED', outcomeStates);

/** The same over time: decided ones by the month of the decision, the others by the month of the proposal. */
export const outcomesByMonth = {
  ALL: proposed.ALL,
  UNDER_WAY: proposed.UNDER_WAY,
  CERTIFIED: since.CERTIFIED,
  REJECTED: since.REJECTED,
} as const satisfies Record<OutcomeFigure, unknown>;
