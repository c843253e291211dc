import { refuse } from '../../base/errors/amrlo-error.js';
import { mutate, type Payload } from '../scope/mutate.js';
import type { RequestScope } from '../scope/request-scope.js';
import type { FileStore } from './file-store.js';
import type { Upload, UploadInput } from './upload.types.js';

/** What a `create…Upload` mutation opens an upload for. */
export interface UploadPurpose {
  /** The mutation's field name. */
  readonly operation: string;
  /** What only an upload of this purpose can be used for. */
  readonly purpose: string;
  readonly maxBytes: number;
  /** Whether the principal may send such files at all; the room does not rely on the gateway for that. */
  readonly allowed: boolean;
}

/** Opens a one-time upload that belongs to the caller; the use case behind every `create…Upload` mutation. */
export function createUpload(
  scope: RequestScope,
  files: FileStore,
  { operation, purpose, maxBytes, allowed }: UploadPurpose,
  input: UploadInput,
): Promise<Payload<{ upload: Upload }>> {
  return mutate(
    scope,
    { operation, action: 'CREATE_UPLOAD', subjectType: 'Upload', input },
    async (transaction) => {
      if (!allowed) throw refuse('ACTION_FORBIDDEN', { action: operation });
      const owner = scope.principal.subject;
      const upload = await files.createUpload({ owner, purpose, maxBytes, fileName: input.fileName });
      transaction.audited({ subjectId: upload.uploadId });
      return { upload };
    },
  );
}
