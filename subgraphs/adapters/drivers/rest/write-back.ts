import { legalDate } from '../../../kit/base/clock.js';
import { isDecimal } from '../../../kit/base/decimal.js';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import type { Exemption } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import { fits } from './json-rows.js';
import type { Reading } from './reading.js';
import type { RestClient } from './rest-client.js';
import type { DeclaredWriteBack } from './rest-declaration.js';
import type { WideRows } from './source-reader.js';
import { fillText, type Values } from './template.js';

/** What an exemption is written with. */
export interface WriteBackParts {
  readonly institution: string;
  readonly now: Date;
  readonly client: RestClient;
  /** The student's rows of the declared source, read now. */
  readonly rows: () => Promise<WideRows>;
}

/**
 * Writes an exemption into the one row of the student that it concerns, and reads the row again before it says so.
 * What the system holds already is found by the certificate number; what it holds in its place is left as it is.
 * @throws AmrloError `WRITE_BACK_REFUSED` with a code that says why, or `SCHOOL_UNAVAILABLE`
 */
export async function writeExemption(
  declared: DeclaredWriteBack,
  { institution, now, client, rows }: WriteBackParts,
  exemption: Exemption,
  reading: Reading,
): Promise<'WRITTEN' | 'ALREADY_WRITTEN'> {
  const refused = (detail: string): AmrloError => refuse('WRITE_BACK_REFUSED', { institution, detail });
  const kind = declared.kinds[exemption.kind];
  if (kind === undefined) throw refused(`${exemption.kind}_NOT_RECORDED`);
  const facts = factsOf(exemption, kind, now);

  async function theRow(): Promise<NativeRow> {
    const { rows: all, complete } = await rows();
    const found = all.filter((row) => fits(row, declared.where, facts));
    // A row that was not given might be the one.
    if (!complete) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution });
    if (found.length > 1) throw refused('MORE_THAN_ONE_ENROLMENT');
    if (found[0] === undefined) throw refused('NO_SUCH_ENROLMENT');
    return found[0];
  }

  const row = await theRow();
  const held = row[declared.held]?.trim() ?? '';
  if (held === exemption.certificateNumber) return 'ALREADY_WRITTEN';
  if (held !== '') throw refused('ANOTHER_CERTIFICATE');
  if (!declared.free.some((where) => fits(row, where, facts))) throw refused('ANOTHER_RESULT');

  const values: Values = (names) => {
    const found = names.split('|').map((name) => facts(name) ?? row[name]);
    return found.find((value) => value != null && value !== '');
  };
  const question = client.question({ method: declared.method, path: declared.path, query: {} }, values);
  if (question === null) throw refused('NO_KEY');
  const text = JSON.stringify(filled(declared.body, values));
  const answer = await client.ask(
    { ...question, json: { mediaType: declared.mediaType, text } },
    reading,
    { source: undefined, keys: 1 },
    true,
  );
  if (answer.status >= 400) throw refused(`STATUS_${answer.status}`);
  if ((await theRow())[declared.held]?.trim() !== exemption.certificateNumber) throw refused('NOT_KEPT');
  return 'WRITTEN';
}

function factsOf(exemption: Exemption, kind: string, now: Date): Values {
  const [firstYear, , number] = exemption.term.split('-');
  const facts: Record<string, string | null | undefined> = {
    ...exemption,
    kind,
    termYear: firstYear,
    termNumber: number,
    now: now.toISOString(),
    today: legalDate(now),
  };
  return (name) => (Object.hasOwn(facts, name) ? facts[name] : undefined);
}

/** JSON numbers that are written digit by digit (ECMAScript 2026, Node 22 and later). */
const rawJson = (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON;

/** A body with its templates filled; undefined for what has no value, which JSON then leaves out. */
function filled(template: unknown, values: Values): unknown {
  if (typeof template === 'string') return fillText(template, values) ?? undefined;
  if (Array.isArray(template))
    return template.map((item) => filled(item, values)).filter((item) => item !== undefined);
  if (typeof template !== 'object' || template === null) return template;
  const entries = Object.entries(template);
  const [name, number] = entries[0] ?? [];
  if (entries.length === 1 && name === 'number' && typeof number === 'string') {
    const text = fillText(number, values);
    return text !== null && isDecimal(text) ? rawJson(text) : undefined;
  }
  return Object.fromEntries(entries.map(([member, value]) => [member, filled(value, values)]));
}
