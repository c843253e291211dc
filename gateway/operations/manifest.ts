import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** An operation that a client of this house is built with. */
export interface RegisteredOperation {
  readonly name: string;
  /** `portal`, `mobile` or `secretariat`. */
  readonly client: string;
  readonly document: string;
}

/** `schema/operations.json`: the SHA-256 (lower-case hex) of each document, and the document. */
export type OperationManifest = Readonly<Record<string, RegisteredOperation>>;

const form = z.record(
  z.string().regex(/^[0-9a-f]{64}$/),
  z.strictObject({ name: z.string().min(1), client: z.string().min(1), document: z.string().min(1) }),
);

/** The name of a document in the manifest and in the persisted-query extension. */
export function operationHash(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

/**
 * Reads a manifest and proves that every document has the hash it is filed under.
 * @throws AmrloError `INPUT_INVALID` naming the entry
 */
export function readManifest(content: unknown): OperationManifest {
  const parsed = form.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AmrloError('INPUT_INVALID', {
      detail: `operations.json ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    });
  }
  for (const [hash, operation] of Object.entries(parsed.data)) {
    if (operationHash(operation.document) !== hash) {
      throw new AmrloError('INPUT_INVALID', {
        detail: `operations.json ${hash}: not the SHA-256 of ${operation.name}`,
      });
    }
  }
  return parsed.data;
}
