import { createUpload } from '../../kit/room/files/create-upload.js';
import type { FileStore } from '../../kit/room/files/file-store.js';
import type { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { letterMaxBytes } from './admission-rules.js';
import type { ReceivedLetter } from './case-content.js';
import type { MembershipCase } from './membership-case.types.js';

const purpose = 'membership-letter';

/** Letters of application: sent by the applicant, read by whoever sees the case. */
export class MembershipLetterService {
  readonly #files: FileStore;

  constructor(files: FileStore) {
    this.#files = files;
  }

  /** Opens an upload for a letter; any signed-in person can apply. */
  createUpload(scope: RequestScope, input: UploadInput): Promise<Payload<{ upload: Upload }>> {
    const allowed = scope.principal.kind === 'PERSON';
    return createUpload(
      scope,
      this.#files,
      { operation: 'createMembershipLetterUpload', purpose, maxBytes: letterMaxBytes, allowed },
      input,
    );
  }

  /** A letter that its sender has sent whole. @throws AmrloError `UPLOAD_NOT_FOUND` */
  async received(uploadId: string, sender: string): Promise<ReceivedLetter> {
    const file = await this.#files.open(uploadId, sender, purpose);
    file.stream.destroy();
    return { uploadId, fileName: file.fileName, sha256: file.sha256 };
  }

  /** A link to the letter of a case that the caller sees; it expires, and its use is audited. */
  async link(scope: RequestScope, { letterUploadId, letter }: MembershipCase): Promise<string | null> {
    if (letterUploadId === null || letter === null) return null;
    return this.#files.download({
      key: letterUploadId,
      fileName: letter.fileName,
      contentType: 'application/octet-stream',
      subject: scope.principal.subject,
    });
  }
}
