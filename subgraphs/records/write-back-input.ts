import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '../kit/base/clock.js';
import { isDecimal } from '../kit/base/decimal.js';
import { refuse } from '../kit/base/errors/amrlo-error.js';
import { isPossibleKey } from './possible-key.js';

const text = z.string().min(1).max(200);
const keyText = (longest: number) =>
  z.string().refine((value) => isPossibleKey(value, longest), `1–${longest}, no control characters`);

/** What the graph's types cannot say about the input of `writeBackExemption`. */
const writeBackInput = z.object({
  idempotencyKey: z.string().regex(/^[\x20-\x7e]{8,64}$/, 'idempotencyKey: 8–64 ASCII'),
  institutionId: text,
  studentNumber: keyText(64),
  courseCode: keyText(64),
  term: z.string().regex(/^\d{4}-\d{4}-[1-3]$/, 'term: 2026-2027-1'),
  certificateNumber: keyText(200),
  kind: z.enum(['WAIVE_STUDY', 'WAIVE_EXAM', 'BOTH']),
  recordedGrade: text.nullish(),
  credits: z.string().refine(isDecimal, 'credits: "3.5"').nullish(),
});

/** An exemption to be written into a school's system. */
export type WriteBackInput = z.infer<typeof writeBackInput>;

/** @throws AmrloError `INPUT_INVALID` naming the first field that does not fit */
export function checkWriteBack(input: unknown): WriteBackInput {
  const result = writeBackInput.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw refuse('INPUT_INVALID', { detail: issue?.message ?? '' }, [
    'input',
    ...(issue?.path.map(String) ?? []),
  ]);
}

const rememberedForMs = 24 * 3_600_000;
const mostRemembered = 10_000;

/**
 * Finds the mistake of one key used for two exemptions, for a day and within bounds. It holds no exemption back: that
 * nothing is written twice is held by the number of the certificate, in the school's own system.
 */
export class RememberedKeys {
  readonly #clock: Clock;
  readonly #kept = new LRUCache<string, { readonly input: string; readonly until: number }>({
    max: mostRemembered,
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws AmrloError `IDEMPOTENCY_KEY_REUSED` for a remembered key with another input */
  remember(subject: string, { idempotencyKey, ...rest }: WriteBackInput): void {
    const now = this.#clock.now().getTime();
    const key = hashOf([subject, idempotencyKey]);
    const input = hashOf(rest);
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > now && known.input !== input)
      throw refuse('IDEMPOTENCY_KEY_REUSED', {}, ['input', 'idempotencyKey']);
    this.#kept.set(key, { input, until: now + rememberedForMs });
  }
}

/** Inputs come out of the check with their fields in one order. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}
