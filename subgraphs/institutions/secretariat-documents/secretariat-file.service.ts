import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { createUpload } from '../../kit/room/files/create-upload.js';
import type { FileStore } from '../../kit/room/files/file-store.js';
import type { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { KeptFile } from './secretariat-file.types.js';

const purpose = 'secretariat';
const maxBytes = 64 * 1024 * 1024;
/** Enough for any case; the list stands in one row. */
const maxFiles = 20;

/** The files that members and officials attach to the secretariat's work. */
export class SecretariatFileService {
  readonly #files: FileStore;

  constructor(files: FileStore) {
    this.#files = files;
  }

  /** Opens an upload for an official of a member, of the council or of the secretariat. */
  createUpload(scope: RequestScope, input: UploadInput): Promise<Payload<{ upload: Upload }>> {
    const allowed = hasRole(scope.principal, [
      'INSTITUTION_ADMIN',
      'REGISTRAR',
      'SECRETARIAT',
      'COUNCIL_MEMBER',
    ]);
    const operation = 'createSecretariatUpload';
    return createUpload(scope, this.#files, { operation, purpose, maxBytes, allowed }, input);
  }

  /**
   * What a row keeps of finished uploads of the caller.
   * @throws AmrloError `UPLOAD_NOT_FOUND`, `INPUT_INVALID` for more than 20
   */
  async take(scope: RequestScope, uploadIds: readonly string[]): Promise<KeptFile[]> {
    if (uploadIds.length > maxFiles) {
      throw refuse('INPUT_INVALID', { detail: `uploadIds: 0-${maxFiles}` }, ['input', 'uploadIds']);
    }
    const kept: KeptFile[] = [];
    for (const uploadId of new Set(uploadIds)) {
      const file = await this.#files.open(uploadId, scope.principal.subject, purpose);
      file.stream.destroy();
      const fileName = file.fileName ?? uploadId;
      kept.push({ uploadId, fileName, bytes: file.bytes, sha256: file.sha256 });
    }
    return kept;
  }

  /** A link that expires, for somebody who may see the row that the file hangs on; each use of it is audited. */
  link(scope: RequestScope, file: KeptFile): Promise<string> {
    return this.#files.download({
      key: file.uploadId,
      fileName: file.fileName,
      // Nothing that a member sends is ever shown by a browser as a page of ours.
      contentType: 'application/octet-stream',
      subject: scope.principal.subject,
    });
  }
}
