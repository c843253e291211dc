/**
 * The command `audit:verify`. It imports the check and what comes with Node, nothing else of the house, so that an
 * auditor can take the two files and run them alone:
 *
 *   node verify-audit.js EXPORT.ndjson --key PUBLIC.pem [--key OLDER.pem] [--expect-head HASH] [--room NAME]
 *
 * Exit code 0: everything is as it was written. 1: something is not, or is missing; the first fault is printed.
 * 2: the check could not be made.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAudit } from './check-audit-export.js';

const usage = `Usage: audit:verify EXPORT.ndjson --key PUBLIC.pem [--expect-head HASH] [--room NAME]

  EXPORT.ndjson       what audit:export wrote
  --key PUBLIC.pem    a public key of the alliance, obtained from it and not with the export; may be given again for
                      older keys
  --expect-head HASH  a head that an earlier check printed: it must be in the trail still
  --room NAME         the room whose trail it must be`;

async function main(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true },
        'expect-head': { type: 'string' },
        room: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [file] = positionals;
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    if (file === undefined || positionals.length > 1 || values.key === undefined) throw new Error(usage);
    const keys = values.key.flatMap((path) => keysIn(path));
    const lines = linesOf(createReadStream(fromCaller(file), 'utf8'));
    const verdict = await verifyAudit(lines, keys, { expectHead: values['expect-head'], room: values.room });
    if (!verdict.ok) {
      console.log(`BROKEN line ${verdict.line}: ${verdict.fault}`);
      return 1;
    }
    const tail = verdict.unsealed === 0 ? '' : `, ${verdict.unsealed} rows not sealed yet`;
    console.log(
      `OK ${verdict.room}: ${verdict.rows} rows, ${verdict.seals} seals${tail}, head ${verdict.head}`,
    );
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

/** npm runs a script in the project's folder and says here where its caller stood. */
function fromCaller(path: string): string {
  // oxlint-disable-next-line no-process-env -- not a setting, and this command reads none
  return resolve(process.env['INIT_CWD'] ?? '', path);
}

function keysIn(path: string): string[] {
  const text = readFileSync(fromCaller(path), 'utf8');
  const keys = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g);
  if (keys === null) throw new Error(`${path} holds no public key in PEM.`);
  return keys;
}

/** The lines of a file, each with its newline; the last one without, when the file does not end in one. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let begun = '';
  for await (const chunk of chunks) {
    const parts = (begun + chunk).split('\n');
    begun = parts.pop() ?? '';
    for (const part of parts) yield `${part}\n`;
  }
  if (begun !== '') yield begun;
}

process.exitCode = await main(process.argv.slice(2));
