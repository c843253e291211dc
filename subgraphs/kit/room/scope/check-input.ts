import type { z } from 'zod';
import { refuse } from '../../base/errors/amrlo-error.js';

/**
 * Checks what the graph's types cannot say about an input.
 * @throws AmrloError `INPUT_INVALID` naming the first field that does not fit.
 */
export function checkInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map((part) => (typeof part === 'number' ? part : String(part))) ?? [];
  throw refuse('INPUT_INVALID', { detail: issue?.message ?? '' }, ['input', ...path]);
}
