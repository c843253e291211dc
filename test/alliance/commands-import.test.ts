import { describe, expect, test } from '@jest/globals';
import { CommandFailure } from '../../subgraphs/kit/base/command-line/command-failure.js';
import { importFile, type ImportSurroundings } from '../../subgraphs/alliance/commands/import-file.js';
import { rosterImport, type Ask } from '../../subgraphs/alliance/commands/import-kind.js';

/** An alliance that keeps uploads and jobs by their idempotency keys, as the real one does. */
class FakeAlliance {
  readonly uploads = new Map<string, { id: string; sent: boolean; gone: boolean }>();
  readonly imports = new Map<string, string>();
  readonly jobs = new Map<string, { states: string[] }>();
  /** The states that the next job goes through, one per look. */
  next: string[] = ['QUEUED', 'RUNNING', 'SUCCEEDED'];
  looks = 0;

  readonly ask: Ask = async <T>(query: string, variables: Record<string, unknown> = {}) => {
    const { input, id } = variables as { input: { idempotencyKey: string; uploadId: string }; id: string };
    if (query.includes('createRosterUpload')) {
      const known = this.uploads.get(input.idempotencyKey) ?? {
        id: `upl_${this.uploads.size}`,
        sent: false,
        gone: false,
      };
      this.uploads.set(input.idempotencyKey, known);
      return {
        createRosterUpload: { upload: { uploadId: known.id, url: `/files/${known.id}` }, refusals: [] },
      } as T;
    }
    if (query.includes('importRoster')) {
      const upload = [...this.uploads.values()].find((one) => one.id === input.uploadId);
      if (!this.imports.has(input.idempotencyKey)) {
        if (!upload?.sent || upload.gone) {
          return {
            importRoster: { rosterImport: null, refusals: [{ code: 'UPLOAD_NOT_FOUND', message: 'gone' }] },
          } as T;
        }
        const job = `job_${this.jobs.size}`;
        this.jobs.set(job, { states: [...this.next] });
        this.imports.set(input.idempotencyKey, job);
      }
      return {
        importRoster: { rosterImport: { id: this.imports.get(input.idempotencyKey) }, refusals: [] },
      } as T;
    }
    this.looks += 1;
    const { states } = this.jobs.get(id)!;
    const state = states.length > 1 ? states.shift() : states[0];
    return {
      rosterImport: {
        job: {
          state,
          done: 1,
          total: 2,
          errorMessage: state === 'FAILED' ? 'The file cannot be read: row 2' : null,
          finishedAt: '2026-01-01',
        },
      },
    } as T;
  };

  readonly send: ImportSurroundings['send'] = async (url) => {
    const upload = [...this.uploads.values()].find(({ id }) => url.endsWith(id))!;
    if (upload.gone) return { code: 'FILE_LINK_EXPIRED', message: 'expired' };
    if (upload.sent) return { code: 'UPLOAD_FINISHED', message: 'finished' };
    upload.sent = true;
    return undefined;
  };

  import(again = false, text = 'roster') {
    const order = { kind: rosterImport, fileName: 'r.json', bytes: Buffer.from(text), target: {}, again };
    return importFile(order, {
      ask: this.ask,
      send: this.send,
      pause: async () => undefined,
      progress: () => undefined,
    });
  }
}

describe('importing a file', () => {
  test('uploads it, starts the import and waits for its end', async () => {
    const alliance = new FakeAlliance();
    await expect(alliance.import()).resolves.toEqual({ id: 'job_0', earlier: undefined });
    expect(alliance.looks).toBe(3);
  });

  test('a repetition after an interruption waits for the same job', async () => {
    const alliance = new FakeAlliance();
    alliance.next = ['RUNNING', 'RUNNING', 'SUCCEEDED'];
    const interrupted = importFile(
      { kind: rosterImport, fileName: 'r.json', bytes: Buffer.from('roster'), target: {}, again: false },
      {
        ask: alliance.ask,
        send: alliance.send,
        pause: () => Promise.reject(new Error('killed')),
        progress: () => undefined,
      },
    );
    await expect(interrupted).rejects.toThrow('killed');
    await expect(alliance.import()).resolves.toEqual({ id: 'job_0', earlier: undefined });
    expect(alliance.jobs.size).toBe(1);
  });

  test('a file that was imported before is not imported again unless asked for', async () => {
    const alliance = new FakeAlliance();
    await alliance.import();
    await expect(alliance.import()).resolves.toEqual({ id: 'job_0', earlier: '2026-01-01' });
    await expect(alliance.import(true)).resolves.toEqual({ id: 'job_1', earlier: undefined });
    await expect(alliance.import(true)).resolves.toEqual({ id: 'job_2', earlier: undefined });
  });

  test('an import that failed is tried anew by the next run', async () => {
    const alliance = new FakeAlliance();
    alliance.next = ['FAILED'];
    await expect(alliance.import()).rejects.toThrow(new CommandFailure('The file cannot be read: row 2'));
    alliance.next = ['SUCCEEDED'];
    await expect(alliance.import()).resolves.toEqual({ id: 'job_1', earlier: undefined });
  });

  test('an upload whose link expired before the file was sent is opened anew', async () => {
    const alliance = new FakeAlliance();
    const { send } = alliance;
    Object.assign(alliance, { send: () => Promise.reject(new Error('killed')) });
    await expect(alliance.import()).rejects.toThrow('killed');
    for (const upload of alliance.uploads.values()) upload.gone = true;
    Object.assign(alliance, { send });
    await expect(alliance.import()).resolves.toEqual({ id: 'job_0', earlier: undefined });
    expect(alliance.uploads.size).toBe(2);
  });

  test('another file is another import', async () => {
    const alliance = new FakeAlliance();
    await alliance.import(false, 'one');
    await expect(alliance.import(false, 'two')).resolves.toEqual({ id: 'job_1', earlier: undefined });
  });
});
