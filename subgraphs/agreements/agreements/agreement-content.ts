import { contentHash } from '../../kit/room/audit/canonical-json.js';

/** How an amount of one scheme becomes an amount of another; an exact ratio. */
export interface ConversionTerm {
  readonly fromScheme: string;
  readonly toScheme: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** What the parties agree on: everything that is hashed, and nothing else. */
export interface AgreementContent {
  readonly kind: string;
  readonly title: string;
  /** In the order of their ids, so that the order of naming makes no other content. */
  readonly partyIds: readonly string[];
  /** Legal dates; the interval is half-open. */
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly terms: readonly ConversionTerm[];
  readonly note: string | null;
}

/** The content in its one spelling: parties and terms sorted, nothing optional left out. */
export function agreementContent(given: AgreementContent): AgreementContent {
  return {
    kind: given.kind,
    title: given.title.normalize('NFC').trim(),
    partyIds: [...new Set(given.partyIds)].sort(),
    effectiveFrom: given.effectiveFrom,
    effectiveTo: given.effectiveTo,
    terms: given.terms
      .map(({ fromScheme, toScheme, numerator, denominator }) => ({
        fromScheme,
        toScheme,
        numerator,
        denominator,
      }))
      .sort((a, b) => (termKey(a) < termKey(b) ? -1 : 1)),
    note: given.note?.normalize('NFC').trim() || null,
  };
}

/** The hash that every party approves: SHA-256 of the canonical JSON (RFC 8785), as `sha256:<hex>`. */
export function agreementHash(content: AgreementContent): string {
  return `sha256:${contentHash(content)}`;
}

function termKey(term: ConversionTerm): string {
  return `${term.fromScheme} ${term.toScheme}`;
}
