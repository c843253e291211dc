import type { HeldInstitution } from './held-roster.js';
import type { RosterRow } from './parse-roster.js';

/** Why an institution may have gone into another one; from the strongest reason to the weakest. */
export type SuccessorReason = 'SAME_SCHOOL_CODE' | 'SAME_NAME_STEM' | 'PARENT_NAME' | 'SAME_PLACE';

/** An institution that may be what another one has become; a guess, for a person to confirm. */
export interface GuessedSuccessor {
  readonly moeCode: string;
  readonly name: string;
  readonly reason: SuccessorReason;
}

/** What follows the name proper; 学院 becomes 大学 without becoming another institution. */
const kindOfSchool =
  /(师范高等专科学校|高等专科学校|职业技术大学|职业技术学院|职业大学|职业学院|科技学院|大学|学院)$/;

/**
 * Guesses where institutions that are gone may have gone, among those of the newer list.
 * @param fresh codes of the institutions that are new on the list or have another name there: whoever took another one
 *   over, mostly shows it so
 */
export function successorGuesser(
  listed: readonly RosterRow[],
  fresh: ReadonlySet<string>,
): (gone: HeldInstitution) => GuessedSuccessor | null {
  const candidates = listed.filter(({ moeCode }) => fresh.has(moeCode));
  const bySchoolCode = uniquely(candidates, ({ moeCode }) => schoolCode(moeCode));
  const byStem = uniquely(candidates, ({ name, province }) => placed(province, stem(name)));
  const byPlace = uniquely(candidates, ({ province, city }) => placed(province, city));
  const byName = uniquely(listed, ({ name, province }) => placed(province, name));

  return (gone) => {
    const because = (reason: SuccessorReason, found: RosterRow | undefined) =>
      found === undefined ? null : { moeCode: found.moeCode, name: found.name, reason };
    return (
      because('SAME_SCHOOL_CODE', bySchoolCode.get(schoolCode(gone.moeCode))) ??
      because('SAME_NAME_STEM', byStem.get(placed(gone.province, stem(gone.name)))) ??
      because('PARENT_NAME', parentOf(gone, byName)) ??
      because('SAME_PLACE', byPlace.get(placed(gone.province, gone.city)))
    );
  };
}

/** 宁夏大学 for 宁夏大学新华学院: an independent college goes back into the university whose name it bears. */
function parentOf(
  { name, province }: HeldInstitution,
  byName: ReadonlyMap<string, RosterRow>,
): RosterRow | undefined {
  for (let length = name.length - 1; length >= 4; length -= 1) {
    const parent = byName.get(placed(province, name.slice(0, length)));
    if (parent !== undefined) return parent;
  }
  return undefined;
}

/** The last five digits of a Ministry code are the school's own (院校代码); the first five tell kind and province. */
function schoolCode(moeCode: string): string {
  return moeCode.slice(-5);
}

function stem(name: string): string {
  const rest = name.replace(kindOfSchool, '');
  return rest.length < 2 ? name : rest;
}

function placed(province: string | null, text: string | null): string {
  return JSON.stringify([province, text]);
}

/** By key, those rows that are the only ones with it: of several nobody can guess one. */
function uniquely(
  rows: readonly RosterRow[],
  keyOf: (row: RosterRow) => string,
): ReadonlyMap<string, RosterRow> {
  const found = new Map<string, RosterRow | undefined>();
  for (const row of rows) found.set(keyOf(row), found.has(keyOf(row)) ? undefined : row);
  return new Map([...found].flatMap(([key, row]) => (row === undefined ? [] : [[key, row] as const])));
}
