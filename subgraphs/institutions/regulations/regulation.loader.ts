import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { InterpretationRow, RegulationRow } from './regulation.entity.js';
import { regulationMachine, type RegulationStateName } from './regulation.machine.js';
import type { Interpretation, Regulation, RegulationState } from './regulation.types.js';

/** A text and who wants to act on it, as the machine looks at them. */
export function regulationContext(scope: RequestScope, row: RegulationRow) {
  return { state: row.state as RegulationStateName, principal: scope.principal, facts: undefined };
}

/** What the graph shows of an edition to the one who asks. */
export function showRegulation(scope: RequestScope, row: RegulationRow): Regulation {
  return {
    id: row.id,
    motionId: row.motionId ?? null,
    code: row.code,
    edition: row.edition,
    title: { zh: row.titleZh, en: row.titleEn },
    articles: row.articles.map(({ number, headingZh, headingEn, textZh, textEn }) => ({
      number,
      heading: { zh: headingZh, en: headingEn },
      text: textZh === null || textEn === null ? null : { zh: textZh, en: textEn },
    })),
    contentHash: row.contentHash,
    state: row.state as RegulationState,
    effectiveFrom: row.effectiveFrom,
    adoptedOn: row.adoptedOn ?? null,
    availableActions: regulationMachine
      .availableActions(regulationContext(scope, row))
      .filter(({ action }) => action.endsWith('Draft')),
    version: row.version,
  };
}

/** What the graph shows of an interpretation. */
export function showInterpretation(row: InterpretationRow): Interpretation {
  return {
    id: row.id,
    regulationId: row.regulationId,
    motionId: row.motionId,
    article: row.article,
    text: { zh: row.textZh, en: row.textEn },
    interpretedOn: row.interpretedOn,
  };
}
