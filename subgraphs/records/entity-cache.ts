import { createHash } from 'node:crypto';
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
  readonly readAt: Date;
  /** Milliseconds since the oldest in it was read in the school's system. */
  readonly ageMs: number;
}

interface Kept {
  readonly json: string;
  readonly studentNumber: string | null;
  /** Whose it is, or would be; null for what is no student's. */
  readonly student: string | null;
  readonly errors: readonly SubgraphError[];
  readonly locale: Locale;
  readonly institutionId: string;
  readonly at: number;
  /** From when its age counts; before `at` where the school gave of what it keeps itself. */
  readonly oldest: number;
}

/** Of what, and when, an answer is kept. */
export interface KeptFor {
  readonly institutionId: string;
  /** The mark of the student whose it is; null for what is no student's. */
  readonly student: string | null;
  /** `writesAt` the school when it was asked. */
  readonly since: number;
  /** When it was asked for, in epoch milliseconds. */
  readonly askedAt: number;
  /** When the oldest in it was read, in epoch milliseconds; NaN where nobody knows: it answers nobody but for want of better. */
  readonly oldest: number;
  readonly locale: Locale;
}

/** What stands beside the text of an answer: its keys, and its place in two indexes. */
const bytesBeside = 600;

/** The last answers of the schools, bounded in bytes; kept as text, so that nobody can change them. */
export class EntityCache {
  readonly #kept: LRUCache<string, Kept>;
  readonly #ofStudent = new Map<string, Set<string>>();
  readonly #ofInstitution = new Map<string, number>();
  readonly #writes = new Map<string, number>();

  constructor(options: { readonly maxBytes: number }) {
    this.#kept = new LRUCache({
      maxSize: options.maxBytes,
      // One answer must not push out all others.
      maxEntrySize: Math.ceil(options.maxBytes / 8),
      // A text with Chinese in it takes two bytes for each character.
      sizeCalculation: ({ json, errors }) =>
        2 * (json.length + (errors.length === 0 ? 0 : JSON.stringify(errors).length)) + bytesBeside,
      dispose: (kept, key) => this.#unlist(kept, key),
    });
  }

  /** Bytes kept, by the cache's own reckoning. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** The key of an answer: the institution, what was selected with which variables, and the entity's own key. */
  static keyOf(
    institutionId: string,
    selectionKey: string,
    variables: unknown,
    representation: Representation,
  ): string {
    const entity = Object.entries(representation).sort(([a], [b]) => (a < b ? -1 : 1));
    const parts = JSON.stringify([institutionId, selectionKey, variables, entity]);
    return createHash('sha256').update(parts, 'utf8').digest('base64');
  }

  /** What stands for a student where the number itself must not stand. */
  static studentMark(institutionId: string, studentNumber: string): string {
    return createHash('sha256')
      .update(JSON.stringify([institutionId, studentNumber]))
      .digest('base64url');
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
      readAt: new Date(kept.at),
      ageMs: Number.isNaN(kept.oldest) ? Number.POSITIVE_INFINITY : Math.max(0, now - kept.oldest),
    };
  }

  /**
   * Keeps an answer, unless something in it may be better the next time, or it was asked before something was written.
   */
  keep(
    key: string,
    { value, studentNumber, errors, failure }: FetchedEntity,
    { institutionId, student, since, askedAt, oldest, locale }: KeptFor,
  ): void {
    if (since !== this.writesAt(institutionId)) return;
    if (failure !== null || errors.some((error) => error.extensions?.['retryable'] !== false)) return;
    const json = JSON.stringify(value);
    this.#kept.set(key, {
      json,
      studentNumber,
      student,
      errors,
      locale,
      institutionId,
      at: askedAt,
      oldest: Math.min(askedAt, oldest),
    });
    if (!this.#kept.has(key)) return;
    this.#ofInstitution.set(institutionId, (this.#ofInstitution.get(institutionId) ?? 0) + 1);
    if (student === null) return;
    const keys = this.#ofStudent.get(student) ?? new Set();
    this.#ofStudent.set(student, keys.add(key));
  }

  /** Whether an answer of this school's, of whatever age, is kept. */
  keepsAny(institutionId: string): boolean {
    return this.#ofInstitution.has(institutionId);
  }

  /** How often something was written into a school's system, as far as is known here. */
  writesAt(institutionId: string): number {
    return this.#writes.get(institutionId) ?? 0;
  }

  /** Something was written about a student, by mark: forgets the copies, those that are under way included. */
  written(institutionId: string, student: string): void {
    this.#writes.set(institutionId, this.writesAt(institutionId) + 1);
    for (const key of this.#ofStudent.get(student) ?? []) this.#kept.delete(key);
  }

  #unlist({ student, institutionId }: Kept, key: string): void {
    const left = (this.#ofInstitution.get(institutionId) ?? 1) - 1;
    if (left > 0) this.#ofInstitution.set(institutionId, left);
    else this.#ofInstitution.delete(institutionId);
    const keys = student === null ? undefined : this.#ofStudent.get(student);
    if (keys?.delete(key) === true && keys.size === 0) this.#ofStudent.delete(student as string);
  }
}
