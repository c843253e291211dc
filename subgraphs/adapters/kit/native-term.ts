import { parseNativeDate } from './dates.js';
import type { Mapping } from './mapping.js';
import { textOf, type NativeRow } from './native-row.js';
import { termOfCodes, termOfDay, termOfStart, termOfYearAndNumber, type AcademicTerm } from './terms.js';
import { holdsText } from './unread.js';

/** The term of a row as a mapping declares it; null where it is not named or unreadable. */
export function termOf(row: NativeRow, term: Mapping['result']['term']): AcademicTerm | null {
  if (term === undefined) return null;
  if ('day' in term) return termOfDay(parseNativeDate(textOf(row, term.day)).date, term.begins);
  if ('year' in term) return termOfYearAndNumber(textOf(row, term.year), textOf(row, term.number));
  if ('startsOn' in term) {
    return termOfStart(parseNativeDate(textOf(row, term.startsOn)).date, term, textOf(row, term.nativeCode));
  }
  return termOfCodes(textOf(row, term.yearCode), textOf(row, term.termCode));
}

/** Whether a row says something about its term from which no term could be told. */
export function isTermUnread(row: NativeRow, term: Mapping['result']['term']): boolean {
  if (term === undefined || termOf(row, term) !== null) return false;
  if ('day' in term) return holdsText(row, [term.day]);
  if ('year' in term) return holdsText(row, [term.year, term.number]);
  if ('startsOn' in term) return holdsText(row, [term.startsOn]);
  return holdsText(row, [term.yearCode, term.termCode]);
}
