import type { HeldInstitution } from './held-roster.js';
import { successorGuesser, type GuessedSuccessor } from './guess-successor.js';
import type { RosterRow } from './parse-roster.js';

/**
 * What a newer list says of one institution. `GONE` and `MERGE_CANDIDATE` are for a person to confirm; the others
 * follow from the list.
 */
export type RosterChangeKind = 'NEW' | 'RETURNED' | 'RENAMED' | 'MOVED' | 'GONE' | 'MERGE_CANDIDATE';

/** What differs between the roster and a newer list about one institution. */
export interface RosterDifference {
  readonly kind: RosterChangeKind;
  readonly moeCode: string;
  /** Null for an institution that the roster does not know. */
  readonly institutionId: string | null;
  /** As the roster holds it; null for an institution that it does not know. */
  readonly before: HeldInstitution | null;
  /** As the list has it; null when it does not. */
  readonly after: RosterRow | null;
  /** Where a `MERGE_CANDIDATE` may have gone. */
  readonly successor: GuessedSuccessor | null;
}

/** Everything that differs, and how much does not. */
export interface ComparedRosters {
  readonly differences: readonly RosterDifference[];
  readonly unchanged: number;
}

const facts = ['authority', 'province', 'city', 'level', 'note'] as const;

/** Compares what the roster holds with a newer list; institutions are known by their Ministry code. Changes nothing. */
export function compareRosters(
  held: readonly HeldInstitution[],
  listed: readonly RosterRow[],
): ComparedRosters {
  const known = new Map(held.map((institution) => [institution.moeCode, institution]));
  const differences: RosterDifference[] = [];
  for (const after of listed) {
    const before = known.get(after.moeCode) ?? null;
    const kind = kindOf(before, after);
    if (kind === undefined) continue;
    const institutionId = before?.id ?? null;
    differences.push({ kind, moeCode: after.moeCode, institutionId, before, after, successor: null });
  }
  const unchanged = listed.length - differences.length;
  const fresh = differences.filter(({ kind }) => kind !== 'MOVED').map(({ moeCode }) => moeCode);
  const guess = successorGuesser(listed, new Set(fresh));
  const codes = new Set(listed.map(({ moeCode }) => moeCode));
  for (const before of held) {
    if (before.listing !== 'LISTED' || codes.has(before.moeCode)) continue;
    const successor = guess(before);
    differences.push({
      kind: successor === null ? 'GONE' : 'MERGE_CANDIDATE',
      moeCode: before.moeCode,
      institutionId: before.id,
      before,
      after: null,
      successor,
    });
  }
  return { differences, unchanged };
}

function kindOf(before: HeldInstitution | null, after: RosterRow): RosterChangeKind | undefined {
  if (before === null || before.listing === null) return 'NEW';
  if (before.listing !== 'LISTED') return 'RETURNED';
  if (before.name !== after.name) return 'RENAMED';
  return facts.some((fact) => before[fact] !== after[fact]) ? 'MOVED' : undefined;
}
