import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { isCreditScheme } from '../credit-schemes/credit-scheme.presets.js';
import { agreementContent, type AgreementContent } from './agreement-content.js';
import type { AgreementContentInput } from './agreement.inputs.js';

/** A step that needs a reason. */
export const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

const scheme = z.string().refine(isCreditScheme, 'fromScheme, toScheme: creditSchemes { code }');
const part = z.number().int().min(1).max(1_000_000);
const content = z.object({
  content: z.object({
    title: z.string().trim().min(1).max(200),
    note: z.string().max(4_000).nullish(),
    terms: z
      .array(z.object({ fromScheme: scheme, toScheme: scheme, numerator: part, denominator: part }))
      .max(100)
      .refine(
        (terms) => new Set(terms.map((term) => `${term.fromScheme} ${term.toScheme}`)).size === terms.length,
        'terms: one ratio for a pair of schemes',
      ),
  }),
});

/**
 * The content of a proposal in its one spelling.
 * @throws AmrloError `INPUT_INVALID`, `INTERVAL_EMPTY`
 */
export function contentOf(
  kind: string,
  partyIds: readonly string[],
  given: AgreementContentInput,
): AgreementContent {
  checkInput(content, { content: given });
  if (partyIds.length < 2 || partyIds.length > 50) {
    throw refuse('INPUT_INVALID', { detail: 'partnerIds: 1-49' }, ['input', 'partnerIds']);
  }
  if (given.effectiveTo != null && given.effectiveTo <= given.effectiveFrom) {
    throw refuse('INTERVAL_EMPTY', {}, ['input', 'content', 'effectiveTo']);
  }
  return agreementContent({
    kind,
    title: given.title,
    partyIds,
    effectiveFrom: given.effectiveFrom,
    effectiveTo: given.effectiveTo ?? null,
    terms: given.terms,
    note: given.note ?? null,
  });
}
