import { LRUCache } from 'lru-cache';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Grant } from '../../subgraphs/kit/base/identity/principal.js';
import type { WakeBus } from '../../subgraphs/kit/base/wake.js';

/** All grants of a subject, past and future ones too, and the number that every change of them raises. */
export interface SubjectGrants {
  readonly grants: readonly Grant[];
  readonly epoch: number;
}

/** Whose grants were changed since an earlier look. */
export interface GrantChanges {
  /** To be given back at the next look. */
  readonly cursor: string;
  /** Everybody whose grants were changed; null when that cannot be said, and then everybody's may have been. */
  readonly subjects: readonly string[] | null;
}

/** Where grants are kept: the institutions room. Rejects when they cannot be had. */
export interface GrantSource {
  grantsOf(subject: string): Promise<SubjectGrants>;
  /** Every change that was committed after the look that gave the cursor, and perhaps some from before. */
  changedSince(cursor: string | undefined): Promise<GrantChanges>;
}

/** The signal that drops a subject's remembered grants at once; its `id` is the subject. */
export const grantSignal = 'GrantEpoch';

/**
 * A revocation counts at the latest after this time. A signal makes it count at once, but may be lost (there is no
 * Redis, it restarts, the room cannot reach it), so what is remembered is used only after a look at what was changed
 * that began less than this time ago. One small question a second, however many people there are.
 */
export const lookMs = 1_000;
/** Grants of this age are asked for again; while that fails they serve on until `oldestMs`. */
const refreshMs = 30_000;
/** Grants of this age are never used (DESIGN.md section 8: "older than 60 s it fails closed"). */
const oldestMs = 60_000;

interface Entry {
  readonly known: SubjectGrants;
  /** When the source was asked, not when it answered: the answer may have been true only then. */
  readonly at: number;
}

/** What somebody may do now, and how long that is sure to last without anybody's doing. */
export interface GrantsInForce {
  readonly grants: readonly Grant[];
  /** The next instant at which one of their grants begins or ends; undefined when none will. */
  readonly changesAt: Date | undefined;
}

/** Remembers grants, learns of their withdrawal, and fails closed. */
export interface GrantCache {
  /**
   * The grants in force at the clock's now. A withdrawal that was committed a second ago is seen as long as the source
   * answers; while it does not, nobody can withdraw anything through it, and what is known serves on.
   * @throws AmrloError `GRANTS_UNAVAILABLE` when none younger than 60 s can be had
   */
  inForce(subject: string): Promise<GrantsInForce>;
  close(): void;
}

/** Makes the cache; a signal of type `GrantEpoch` on the bus drops one subject's grants. */
export function createGrantCache(options: {
  source: GrantSource;
  clock: Clock;
  wakeBus?: WakeBus;
  subjects?: number;
}): GrantCache {
  const { source, clock } = options;
  const max = options.subjects ?? 50_000;
  const entries = new LRUCache<string, Entry>({ max });
  const asking = new Map<string, Promise<Entry>>();
  let look: { readonly at: number; readonly done: Promise<void> } | undefined;
  let cursor: string | undefined;
  const leave = options.wakeBus?.subscribe((signal) => {
    if (signal.type === grantSignal) forget(signal.id);
  });

  function forget(subject: string): void {
    entries.delete(subject);
    // An answer on its way may have been read before the change: nobody new waits for it, and it is not kept.
    asking.delete(subject);
  }

  /** Resolves when what is remembered holds nothing that was withdrawn `lookMs` ago. */
  function upToDate(): Promise<void> {
    const now = clock.now().getTime();
    if (look !== undefined && now - look.at < lookMs) return look.done;
    // A look that fails counts as one: a source that is down is not asked again by everybody who comes.
    look = { at: now, done: source.changedSince(cursor).then(forgetChanged, () => undefined) };
    return look.done;
  }

  function forgetChanged(changes: GrantChanges): void {
    cursor = changes.cursor;
    for (const subject of changes.subjects ?? [...entries.keys(), ...asking.keys()]) forget(subject);
  }

  function ask(subject: string): Promise<Entry> {
    const waiting = asking.get(subject);
    if (waiting !== undefined) return waiting;
    const at = clock.now().getTime();
    const asked: Promise<Entry> = source.grantsOf(subject).then(
      (known) => {
        const entry = { known, at };
        if (asking.get(subject) !== asked) return entry;
        asking.delete(subject);
        const before = entries.get(subject);
        if (before !== undefined && before.known.epoch > known.epoch) {
          throw new Error('The source answered with an older grant epoch than before.');
        }
        entries.set(subject, entry);
        return entry;
      },
      (error: unknown) => {
        if (asking.get(subject) === asked) asking.delete(subject);
        throw error;
      },
    );
    asking.set(subject, asked);
    return asked;
  }

  async function current(subject: string): Promise<SubjectGrants> {
    await upToDate();
    const entry = entries.get(subject);
    const age = (one: Entry): number => clock.now().getTime() - one.at;
    if (entry !== undefined && age(entry) < refreshMs) return entry.known;
    try {
      const asked = asking.get(subject) ?? ask(subject);
      let fresh = await asked;
      // Withdrawn while we waited: what we got may be from before, so ask once more.
      if (entries.get(subject) !== fresh) fresh = await ask(subject);
      if (age(fresh) < oldestMs) return fresh.known;
    } catch (cause) {
      const kept = entries.get(subject);
      if (kept !== undefined && age(kept) < oldestMs) return kept.known;
      throw new AmrloError('GRANTS_UNAVAILABLE', {}, { cause });
    }
    throw new AmrloError('GRANTS_UNAVAILABLE');
  }

  return {
    async inForce(subject) {
      const { grants } = await current(subject);
      const now = clock.now().getTime();
      return {
        grants: grants.filter((grant) => isInForce(grant, now)),
        changesAt: nextBoundary(grants, now),
      };
    },
    close: () => leave?.(),
  };
}

/** Half-open: from its first instant on, no longer at its last. A date that cannot be read is not in force. */
function isInForce(grant: Grant, now: number): boolean {
  if (!(Date.parse(grant.from) <= now)) return false;
  return grant.to === null || now < Date.parse(grant.to);
}

function nextBoundary(grants: readonly Grant[], now: number): Date | undefined {
  const ahead = grants
    .flatMap(({ from, to }) => (to === null ? [from] : [from, to]))
    .map((instant) => Date.parse(instant))
    .filter((instant) => instant > now);
  return ahead.length === 0 ? undefined : new Date(Math.min(...ahead));
}
