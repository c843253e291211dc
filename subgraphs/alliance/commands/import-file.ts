import { createHash } from 'node:crypto';
import type { ImportKind, ImportState, Ask } from './import-kind.js';
import { CommandFailure } from '../../kit/base/command-line/command-failure.js';

/** A file to import and into what. */
export interface ImportOrder {
  readonly kind: ImportKind;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** The rest of the import mutation's input, for example the institution. */
  readonly target: Readonly<Record<string, string>>;
  /** Imports also what was imported before. */
  readonly again: boolean;
}

/** What an import needs of the outside. */
export interface ImportSurroundings {
  readonly ask: Ask;
  /** Sends the file to its one-time address. @returns why it was refused, or undefined when the file is there */
  readonly send: (url: string, bytes: Uint8Array) => Promise<Refusal | undefined>;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly progress: (done: number, total: number | null) => void;
}

/** An import that has succeeded. */
export interface FinishedImport {
  readonly id: string;
  /** When it ended, for one that had ended before this command was given. */
  readonly earlier: string | undefined;
}

/** Why something was refused: a code of the error catalogue and what to do. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Refusable {
  readonly refusals: readonly Refusal[];
}

const ended = (state: ImportState) => ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(state.job.state);

/** Refusals of an upload that an earlier run of this command explains. */
const sentBefore = new Set(['UPLOAD_FINISHED', 'FILE_LINK_EXPIRED', 'UPLOAD_NOT_FOUND']);

/**
 * Uploads a file, starts its import and waits for its end. The same file into the same target has the same
 * idempotency keys, so a repetition after an interruption goes on where the first run stopped; a failed import is
 * tried anew, and one that succeeded is not repeated unless asked for.
 * @throws CommandFailure when the import failed or was refused
 */
export async function importFile(
  order: ImportOrder,
  surroundings: ImportSurroundings,
): Promise<FinishedImport> {
  const fingerprint = fingerprintOf(order);
  for (let attempt = 1; attempt <= 1_000; attempt += 1) {
    const begun = await begin(order, surroundings, `${fingerprint}-${attempt}`);
    if (begun === undefined) continue;
    const { id, resumed } = begun;
    let state = await read(order.kind, surroundings.ask, id);
    if (resumed && ended(state)) {
      if (state.job.state === 'SUCCEEDED' && !order.again) return { id, earlier: state.job.finishedAt ?? '' };
      continue;
    }
    for (let wait = 100; !ended(state); wait = Math.min(1_000, wait * 1.3)) {
      surroundings.progress(state.job.done, state.job.total);
      await surroundings.pause(wait);
      state = await read(order.kind, surroundings.ask, id);
    }
    surroundings.progress(state.job.done, state.job.total);
    if (state.job.state === 'SUCCEEDED') return { id, earlier: undefined };
    throw new CommandFailure(state.job.errorMessage ?? `The import ended ${state.job.state}.`);
  }
  throw new CommandFailure('This file was imported a thousand times; nothing was done.');
}

/** @returns undefined when an earlier upload has gone and another one is needed */
async function begin(
  { kind, fileName, bytes, target }: ImportOrder,
  { ask, send }: ImportSurroundings,
  key: string,
): Promise<{ id: string; resumed: boolean } | undefined> {
  // The payload's refusals under another name: their codes decide what happens next.
  const uploads = await ask<Record<string, Refusable & { upload: { uploadId: string; url: string } | null }>>(
    `mutation OpenUpload($input: ${kind.uploadInput}!) {
       ${kind.uploadMutation}(input: $input) { upload { uploadId url } refusals: userErrors { code message } }
     }`,
    { input: { fileName, idempotencyKey: `upload-${key}` } },
  );
  const opened = uploads[kind.uploadMutation];
  if (!opened?.upload) throw refused(opened);
  const refusal = await send(opened.upload.url, bytes);
  if (refusal !== undefined && !sentBefore.has(refusal.code)) throw new CommandFailure(refusal.message);

  const imports = await ask<Record<string, Refusable & Record<string, { id: string } | null>>>(
    `mutation StartImport($input: ${kind.importInput}!) {
       ${kind.importMutation}(input: $input) { ${kind.field} { id } refusals: userErrors { code message } }
     }`,
    { input: { ...target, uploadId: opened.upload.uploadId, idempotencyKey: `import-${key}` } },
  );
  const started = imports[kind.importMutation];
  const found = started?.[kind.field];
  if (found) return { id: found.id, resumed: refusal !== undefined };
  if (refusal !== undefined && started?.refusals[0]?.code === 'UPLOAD_NOT_FOUND') return undefined;
  throw refused(started);
}

async function read(kind: ImportKind, ask: Ask, id: string): Promise<ImportState> {
  const answer = await ask<Record<string, ImportState | null>>(
    `query ImportState($id: ID!) {
       ${kind.field}(id: $id) { job { state done total errorMessage finishedAt } }
     }`,
    { id },
  );
  const state = answer[kind.field];
  if (!state) throw new CommandFailure(`The import ${id} is not there any more.`);
  return state;
}

function refused(payload: Refusable | undefined): CommandFailure {
  const words = payload?.refusals.map(({ message }) => message).join(' ');
  return new CommandFailure(words || 'The alliance refused without saying why.');
}

function fingerprintOf({ kind, fileName, bytes, target }: ImportOrder): string {
  const hash = createHash('sha256').update(bytes);
  hash.update(JSON.stringify([kind.name, fileName, Object.entries(target).toSorted()]));
  return `${kind.name}-${hash.digest('hex').slice(0, 40)}`;
}
