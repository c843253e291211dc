import type {
  WriteBackCaller,
  WriteBackEntry,
  WriteBackTrail,
} from '../../subgraphs/records/write-back-trail.js';

/** A trail in memory, which can be told to fail or to keep one waiting. */
export class FakeTrail implements WriteBackTrail {
  readonly entries: { readonly entry: WriteBackEntry; readonly by: WriteBackCaller }[] = [];
  /** Comes before an entry is taken; it is not taken where this rejects. */
  before: ((entry: WriteBackEntry, by: WriteBackCaller) => Promise<void>) | undefined;

  get outcomes(): string[] {
    return this.entries.map(({ entry }) => entry.outcome);
  }

  async note(entry: WriteBackEntry, by: WriteBackCaller): Promise<void> {
    await this.before?.(entry, by);
    this.entries.push({ entry, by });
  }
}
