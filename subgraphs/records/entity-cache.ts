import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { LRUCache } from 'lru-cache';
import type { SubgraphError } from '../kit/base/link/subgraph-request.js';
import type { Locale } from '../kit/base/locale.js';
import type { FetchedEntity, Representation } from './school-reply.js';

/** A kept answer about one entity. */
export interface KeptEntity {
  /** A copy of the answer's own; callers may change it. */
  readonly value: Record<string, unknown> | null;
  readonly studentNumber: string | null;
  readonly errors: readonly SubgraphError[];
  /** Milliseconds since it was read. */
  readonly ageMs: number;
}

interface Kept {
  readonly json: string;
  readonly studentNumber: string | null;
  readonly errors: readonly SubgraphError[];
  readonly locale: Locale;
  readonly at: number;
}

/** The last answers of the schools, bounded in bytes; kept as text, so that nobody can change them. */
export class EntityCache {
  readonly #kept: LRUCache<string, Kept>;

  constructor(options: { readonly maxBytes: number }) {
    this.#kept = new LRUCache({
      maxSize: options.maxBytes,
      sizeCalculation: (kept) => kept.json.length + 200,
    });
  }

  /** The key of an answer: the institution, what was selected with which variables, and the entity's own key. */
  static keyOf(
    institutionId: string,
    selectionKey: string,
    variables: unknown,
    representation: Representation,
  ): string {
    const parts = canonicalize([institutionId, selectionKey, variables, representation]) ?? '';
    return createHash('sha256').update(parts, 'utf8').digest('base64');
  }

  /** The kept answer whatever its age; undefined when there is none. */
  read(key: string, now: number, locale: Locale): KeptEntity | undefined {
    const kept = this.#kept.get(key);
    // Errors are kept in the words of one language.
    if (kept === undefined || (kept.errors.length > 0 && kept.locale !== locale)) return undefined;
    return {
      value: JSON.parse(kept.json) as KeptEntity['value'],
      studentNumber: kept.studentNumber,
      errors: kept.errors,
      ageMs: Math.max(0, now - kept.at),
    };
  }

  /** Keeps an answer, unless something in it may be better the next time. */
  keep(
    key: string,
    { value, studentNumber, errors, failure }: FetchedEntity,
    now: number,
    locale: Locale,
  ): void {
    if (failure !== null || errors.some((error) => error.extensions?.['retryable'] !== false)) return;
    this.#kept.set(key, { json: JSON.stringify(value), studentNumber, errors, locale, at: now });
  }
}
