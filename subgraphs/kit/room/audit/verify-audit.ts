/**
 * Checks an exported audit trail against the public key, without the database and without any code of the writer:
 * only Node's own modules, so that an auditor can run this one file alone.
 *
 *   node verify-audit.js EXPORT.ndjson --key PUBLIC.pem [--key OLDER.pem] [--expect-head HASH] [--room NAME]
 *
 * Exit code 0: everything sealed is as it was written. 1: something is not, the first fault is printed.
 * 2: the check could not be made.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { createReadStream, readFileSync, realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What the check found. */
export type Verdict =
  | {
      readonly ok: true;
      readonly rows: number;
      readonly seals: number;
      readonly unsealed: number;
      readonly head: string;
    }
  | { readonly ok: false; readonly line: number; readonly fault: string };

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

/**
 * Checks the lines of an export.
 * @param publicKeysPem every key that signed a seal (SPKI, PEM)
 */
export async function verifyAudit(
  lines: AsyncIterable<string> | Iterable<string>,
  publicKeysPem: readonly string[],
  options: { readonly expectHead?: string; readonly room?: string } = {},
): Promise<Verdict> {
  const keys = new Map(publicKeysPem.map((pem) => readKey(pem)));
  let lineNumber = 0;
  let previous = { seq: 0, to: 0n, hash: '0'.repeat(64), room: options.room };
  let batch: Row[] = [];
  let rows = 0;
  try {
    for await (const line of lines) {
      lineNumber += 1;
      if (line.trim() === '') continue;
      const record = parse(line, lineNumber);
      if (record['kind'] === 'row') {
        const row = readRow(record['row'] as Fields, lineNumber);
        checkPlace(row, batch.at(-1), previous.to);
        batch.push(row);
      } else if (record['kind'] === 'seal') {
        const seal = record['seal'] as Fields;
        checkSeal(seal, batch, previous, keys, lineNumber);
        previous = {
          seq: Number(seal['seq']),
          to: BigInt(String(seal['to_xact'])),
          hash: String(seal['hash']),
          room: String(seal['room']),
        };
        rows += batch.length;
        batch = [];
      } else {
        throw new Broken(lineNumber, 'is neither a row nor a seal');
      }
    }
    if (options.expectHead !== undefined && options.expectHead !== previous.hash) {
      throw new Broken(
        lineNumber,
        `the newest seal is ${previous.hash}, expected ${options.expectHead}: the tail was cut off`,
      );
    }
  } catch (error) {
    if (error instanceof Broken) return { ok: false, line: error.line, fault: error.message };
    throw error;
  }
  return { ok: true, rows, seals: previous.seq, unsealed: batch.length, head: previous.hash };
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
  previous: { seq: number; to: bigint; hash: string; room: string | undefined },
  keys: ReadonlyMap<string, KeyObject>,
  line: number,
): void {
  const name = `seal ${String(seal?.['seq'])}`;
  const { signature, ...signed } = seal ?? {};
  const key = keys.get(String(signed['key_id']));
  if (key === undefined)
    throw new Broken(line, `${name} is signed with an unknown key ${String(signed['key_id'])}`);
  const bytes = Buffer.from(String(signature), 'base64url');
  if (!verify(null, Buffer.from(spell(signed)), key, bytes))
    throw new Broken(line, `${name} has a wrong signature (edited or forged)`);
  if (signed['seq'] !== previous.seq + 1)
    throw new Broken(line, `${name} follows seal ${previous.seq}: a seal is missing or moved`);
  if (signed['prev_hash'] !== previous.hash || signed['from_xact'] !== String(previous.to)) {
    throw new Broken(line, `${name} does not continue seal ${previous.seq}`);
  }
  if (previous.room !== undefined && signed['room'] !== previous.room) {
    throw new Broken(line, `${name} belongs to the room ${String(signed['room'])}, not ${previous.room}`);
  }
  checkRows(signed, batch, name, line);
  const hash = createHash('sha256').update(`${previous.hash}\n`);
  for (const row of batch) hash.update(`${row.text}\n`);
  if (hash.digest('hex') !== signed['hash'])
    throw new Broken(batch[0]?.line ?? line, `${name} does not match its rows (edited)`);
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

async function main(argv: readonly string[]): Promise<number> {
  const usage =
    'Usage: verify-audit EXPORT.ndjson --key PUBLIC.pem [--key …] [--expect-head HASH] [--room NAME]';
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true },
        'expect-head': { type: 'string' },
        room: { type: 'string' },
      },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1 || values.key === undefined) throw new Error(usage);
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    const keys = values.key.map((path) => readFileSync(path, 'utf8'));
    const verdict = await verifyAudit(lines, keys, { expectHead: values['expect-head'], room: values.room });
    if (!verdict.ok) {
      console.log(`BROKEN line ${verdict.line}: ${verdict.fault}`);
      return 1;
    }
    const tail = verdict.unsealed === 0 ? '' : `, ${verdict.unsealed} rows not sealed yet`;
    console.log(`OK ${verdict.rows} rows/${verdict.seals} seals${tail}, head ${verdict.head}`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
