/**
 * The check behind `verify-audit`: without the database and without any code of the writer, only Node's own modules.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** What the check found. */
export type Verdict =
  | {
      readonly ok: true;
      readonly room: string;
      readonly rows: number;
      readonly seals: number;
      readonly unsealed: number;
      readonly head: string;
    }
  | { readonly ok: false; readonly line: number; readonly fault: string };

const knownFormat = 'amrlo-audit/1';
const genesis = '0'.repeat(64);

type Fields = Record<string, unknown>;

interface Row {
  readonly line: number;
  readonly id: string;
  readonly xact: bigint;
  readonly text: string;
  readonly digest: string;
}

/** A fault that ends the check; `line` counts from 1. */
class Broken extends Error {
  readonly line: number;
  constructor(line: number, fault: string) {
    super(fault);
    this.line = line;
  }
}

/** What the header says. */
interface Header {
  readonly room: string;
  /** The key that must have signed the footer. */
  readonly key: KeyObject;
}

/** The end of the chain so far. */
interface Head {
  readonly seq: number;
  readonly to: bigint;
  readonly hash: string;
}

/**
 * Checks the lines of an export, each with the newline that ends it.
 * @param publicKeysPem every key that signed a seal or the export (SPKI, PEM)
 * @param options.expectHead a head that an earlier check gave: it must be in the chain still
 */
export async function verifyAudit(
  lines: AsyncIterable<string> | Iterable<string>,
  publicKeysPem: readonly string[],
  options: { readonly expectHead?: string | undefined; readonly room?: string | undefined } = {},
): Promise<Verdict> {
  const keys = new Map(publicKeysPem.map((pem) => readKey(pem)));
  const heads = new Set([genesis]);
  const text = createHash('sha256');
  let lineNumber = 0;
  let header: Header | undefined;
  let last: Head = { seq: 0, to: 0n, hash: genesis };
  let batch: Row[] = [];
  let rows = 0;
  let ended = false;
  try {
    for await (const line of lines) {
      lineNumber += 1;
      if (!line.endsWith('\n')) throw new Broken(lineNumber, 'does not end: the export was cut off');
      if (ended) throw new Broken(lineNumber, 'stands behind the footer (added)');
      const record = parse(line, lineNumber);
      const kind = record['kind'];
      if (header === undefined) {
        header = readHeader(record, keys, options.room);
      } else if (kind === 'row') {
        const row = readRow(record['row'] as Fields, lineNumber);
        checkPlace(row, batch.at(-1), last.to);
        batch.push(row);
      } else if (kind === 'seal') {
        last = checkSeal(record['seal'] as Fields, batch, last, header.room, keys, lineNumber);
        heads.add(last.hash);
        rows += batch.length;
        batch = [];
      } else if (kind === 'footer') {
        const found = { rows, seals: last.seq, unsealed: batch.length, head: last.hash };
        checkFooter(record['footer'] as Fields, found, text.digest('hex'), header.key, lineNumber);
        ended = true;
        continue;
      } else {
        throw new Broken(lineNumber, 'is neither a row nor a seal nor the footer');
      }
      text.update(line);
    }
    if (header === undefined) throw new Broken(1, 'the export is empty: it has no header');
    if (!ended) throw new Broken(lineNumber, 'is the last line and no footer: the export was cut off');
    if (options.expectHead !== undefined && !heads.has(options.expectHead)) {
      throw new Broken(lineNumber, `no seal is ${options.expectHead}: the tail of the trail was cut off`);
    }
    return { ok: true, room: header.room, rows, seals: last.seq, unsealed: batch.length, head: last.hash };
  } catch (error) {
    if (error instanceof Broken) return { ok: false, line: error.line, fault: error.message };
    throw error;
  }
}

function readKey(pem: string): [string, KeyObject] {
  const key = createPublicKey(pem);
  const der = key.export({ type: 'spki', format: 'der' });
  return [createHash('sha256').update(der).digest('hex').slice(0, 16), key];
}

function parse(line: string, number: number): Fields {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Fields;
  } catch {
    // Falls through to the same refusal as a JSON text that is no object.
  }
  throw new Broken(number, 'is not a JSON object');
}

function readHeader(
  record: Fields,
  keys: ReadonlyMap<string, KeyObject>,
  wantedRoom: string | undefined,
): Header {
  const header = (record['kind'] === 'header' ? record['header'] : undefined) as Fields | undefined;
  if (header?.['format'] !== knownFormat || typeof header['room'] !== 'string')
    throw new Broken(
      1,
      `is no header of the format ${knownFormat}: the beginning was cut off, or it is no export`,
    );
  const { room, key_id: keyId } = header;
  if (wantedRoom !== undefined && room !== wantedRoom)
    throw new Broken(1, `the export is of the room ${room}, not ${wantedRoom}`);
  const key = keys.get(String(keyId));
  if (key === undefined)
    throw new Broken(1, `the export is signed with an unknown key ${String(keyId)}; name its PEM with --key`);
  return { room, key };
}

function checkFooter(
  footer: Fields,
  found: Readonly<Record<string, unknown>>,
  sha256: string,
  key: KeyObject,
  line: number,
): void {
  const { signature, ...signed } = footer ?? {};
  if (!verify(null, Buffer.from(spell(signed)), key, Buffer.from(String(signature), 'base64url')))
    throw new Broken(line, 'the footer has a wrong signature (edited or forged)');
  for (const [name, value] of Object.entries(found)) {
    if (signed[name] !== value)
      throw new Broken(line, `the footer has ${name} ${String(signed[name])}, the export ${String(value)}`);
  }
  if (signed['sha256'] !== sha256)
    throw new Broken(line, 'the lines before the footer are not as they were exported (edited)');
}

function readRow(row: Fields | undefined, line: number): Row {
  const id = row?.['id'];
  const xact = row?.['xact'];
  if (typeof id !== 'string' || typeof xact !== 'string' || !/^\d+$/.test(xact)) {
    throw new Broken(line, 'is a row without id or xact');
  }
  const text = spell(row);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { line, id, xact: BigInt(xact), text, digest };
}

function checkPlace(row: Row, before: Row | undefined, sealedTo: bigint): void {
  if (row.xact < sealedTo)
    throw new Broken(row.line, `row ${row.id} lies in a range that is sealed without it (inserted)`);
  if (before === undefined) return;
  const inOrder =
    before.xact < row.xact ||
    (before.xact === row.xact && Buffer.compare(Buffer.from(before.id), Buffer.from(row.id)) < 0);
  if (!inOrder) throw new Broken(row.line, `row ${row.id} is out of order (reordered or repeated)`);
}

function checkSeal(
  seal: Fields,
  batch: readonly Row[],
  previous: Head,
  room: string,
  keys: ReadonlyMap<string, KeyObject>,
  line: number,
): Head {
  const name = `seal ${String(seal?.['seq'])}`;
  const { signature, ...signed } = seal ?? {};
  const key = keys.get(String(signed['key_id']));
  if (key === undefined)
    throw new Broken(
      line,
      `${name} is signed with an unknown key ${String(signed['key_id'])}; name its PEM with --key`,
    );
  const bytes = Buffer.from(String(signature), 'base64url');
  if (!verify(null, Buffer.from(spell(signed)), key, bytes))
    throw new Broken(line, `${name} has a wrong signature (edited or forged)`);
  if (signed['seq'] !== previous.seq + 1)
    throw new Broken(line, `${name} follows seal ${previous.seq}: a seal is missing or moved`);
  if (signed['prev_hash'] !== previous.hash || signed['from_xact'] !== String(previous.to)) {
    throw new Broken(line, `${name} does not continue seal ${previous.seq}`);
  }
  if (signed['room'] !== room) {
    throw new Broken(line, `${name} belongs to the room ${String(signed['room'])}, not ${room}`);
  }
  checkRows(signed, batch, name, line);
  const hash = createHash('sha256').update(`${previous.hash}\n`);
  for (const row of batch) hash.update(`${row.text}\n`);
  const own = hash.digest('hex');
  if (own !== signed['hash'])
    throw new Broken(batch[0]?.line ?? line, `${name} does not match its rows (edited)`);
  return { seq: previous.seq + 1, to: BigInt(String(signed['to_xact'])), hash: own };
}

/** Finds the first row that is not as it was sealed, by the digests that the seal carries. */
function checkRows(seal: Fields, batch: readonly Row[], name: string, line: number): void {
  const sealed = String(seal['row_digests']).match(/.{16}/g) ?? [];
  const to = BigInt(String(seal['to_xact']));
  for (let index = 0; index < Math.max(sealed.length, batch.length); index += 1) {
    const row = batch[index];
    if (row === undefined) throw new Broken(line, `row ${index + 1} of ${name} was removed`);
    if (sealed[index] === row.digest && row.xact < to) continue;
    if (sealed[index + 1] === row.digest)
      throw new Broken(row.line, `row ${index + 1} of ${name} was removed (before ${row.id})`);
    const next = batch[index + 1];
    if (index >= sealed.length || next?.digest === sealed[index]) {
      throw new Broken(row.line, `row ${row.id} was inserted into ${name}`);
    }
    throw new Broken(row.line, `row ${row.id} is not as ${name} has it (edited)`);
  }
}

/** The canonical spelling (RFC 8785): members by the order of their UTF-16 code units, no blanks. */
function spell(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as Fields;
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${spell(object[key])}`);
  return `{${members.join(',')}}`;
}
