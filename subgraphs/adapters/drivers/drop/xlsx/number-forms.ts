import type { FaultCode } from '../fault-codes.js';

/** How a spreadsheet program shows the numbers of a style, as far as it changes what is read. */
export type NumberForm =
  | { readonly kind: 'PLAIN' }
  /** Shown with zeros before it, and with fixed text around it: student numbers and codes. */
  | { readonly kind: 'PADDED'; readonly width: number; readonly before: string; readonly after: string }
  | { readonly kind: 'PERCENT' }
  | { readonly kind: 'DATE'; readonly day: boolean; readonly month: boolean; readonly time: boolean };

/** What a number means; no text where it cannot be known, with the reason. */
export interface NumberText {
  readonly text: string | null;
  readonly fault?: FaultCode;
}

const plain: NumberForm = { kind: 'PLAIN' };
const date = { kind: 'DATE', day: true, month: true, time: false } as const;

/** Formats that have a number and no text of their own (ECMA-376 part 1, 18.8.30); 27 to 36 and 50 to 58 are Chinese dates. */
function builtIn(id: number): NumberForm {
  if (id === 9 || id === 10) return { kind: 'PERCENT' };
  if (id === 17) return { ...date, day: false };
  if (id >= 18 && id <= 21) return { kind: 'DATE', day: false, month: false, time: true };
  if (id === 22) return { ...date, time: true };
  if (id >= 32 && id <= 35) return { kind: 'DATE', day: false, month: false, time: true };
  if ((id >= 14 && id <= 16) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return date;
  return plain;
}

/** The form of a number format by its number and, for those that a workbook defines, its text. */
export function numberFormOf(id: number, code: string | undefined): NumberForm {
  if (code === undefined) return builtIn(id);
  const section = firstSection(code);
  const padded = /^(?:"([^"]*)")?(0{2,})(?:"([^"]*)")?$/.exec(section);
  if (padded) {
    const [, before = '', zeros = '', after = ''] = padded;
    return { kind: 'PADDED', width: zeros.length, before, after };
  }
  // A duration such as [h]:mm is no time of day; its number is kept as it is.
  if (/\[[hms]+\]/i.test(section)) return plain;
  const bare = section.replace(/"[^"]*"|\[[^\]]*\]|\\.|[_*]./g, '');
  if (/general/i.test(bare)) return plain;
  if (/[yd]|m|h|s/i.test(bare) && !/[0#?]/.test(bare.replace(/\.0+/g, ''))) {
    const time = /[hs]/i.test(bare);
    const day = /d/i.test(bare);
    const month = /y/i.test(bare) || day || (/m/i.test(bare) && !time);
    return { kind: 'DATE', day, month, time };
  }
  return bare.includes('%') ? { kind: 'PERCENT' } : plain;
}

/** The format of positive numbers; the sections after it are for negative ones, zero and text. */
function firstSection(code: string): string {
  return /^(?:"[^"]*"|\\.|[^";])*/.exec(code)?.[0] ?? code;
}

/** A spreadsheet program keeps 15 digits; what is longer has already lost its last ones. */
const maxDigits = 15;

/**
 * The text of a stored number as it was typed: never in powers of ten, never with the noise of binary fractions, and as
 * shown where the form adds zeros, a percent sign or makes it a date.
 */
export function numberText(stored: string, form: NumberForm, from1904: boolean): NumberText {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value)) return { text: null, fault: 'CELL_ERROR' };
  if (form.kind === 'DATE') return dateText(value, form, from1904);
  if (Math.abs(value) >= 10 ** maxDigits) return { text: null, fault: 'NUMBER_IMPRECISE' };
  if (form.kind === 'PERCENT') return { text: `${decimalText(value * 100)}%` };
  const text = decimalText(value);
  if (form.kind === 'PLAIN' || !/^\d+$/.test(text)) return { text };
  return { text: `${form.before}${text.padStart(form.width, '0')}${form.after}` };
}

/** A number in plain digits, with the 15 digits that a spreadsheet program shows at most. */
function decimalText(value: number): string {
  const shortest = String(Number(value.toPrecision(maxDigits)));
  // Powers of ten remain below 1e-6 only: larger numbers do not come here.
  const [, sign = '', first = '', rest = '', places = ''] =
    /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(shortest) ?? [];
  return places === '' ? shortest : `${sign}0.${'0'.repeat(Number(places) - 1)}${first}${rest}`;
}

const dayMs = 86_400_000;

function dateText(value: number, form: NumberForm & { kind: 'DATE' }, from1904: boolean): NumberText {
  const seconds = Math.round(value * 86_400);
  const days = Math.floor(seconds / 86_400);
  const clock = new Date((seconds - days * 86_400) * 1_000).toISOString().slice(11, 19);
  if (form.time && !form.month && days === 0) return { text: clock };
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  // Day 60 is 29 February 1900, which never was; Excel counts it for the sake of Lotus 1-2-3.
  if (value < 0 || days > 2_958_465 || (!from1904 && (days === 60 || days === 0)))
    return { text: null, fault: 'DATE_UNREADABLE' };
  const day = new Date(epoch + days * dayMs).toISOString().slice(0, 10);
  if (form.time && seconds % 86_400 !== 0) return { text: `${day}T${clock}` };
  return { text: form.day || form.time ? day : day.slice(0, 7) };
}
