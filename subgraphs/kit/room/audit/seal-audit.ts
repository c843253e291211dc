import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { systemClock, type Clock } from '../../base/clock.js';
import type { Sql, Transact } from '../database/sql.js';
import { auditRows, sealHorizon } from './audit-rows.js';
import { canonicalJson } from './canonical-json.js';

/** What signs the heads of the chain. */
export interface SealingKey {
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  /** The public half for the verifier (SPKI, PEM). */
  readonly publicKeyPem: string;
  readonly privateKey: KeyObject;
}

/**
 * Reads an Ed25519 private key (PKCS 8, PEM).
 * @throws TypeError for a key of another kind
 */
export function sealingKey(privateKeyPem: string): SealingKey {
  const privateKey = createPrivateKey(privateKeyPem);
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new TypeError('The audit key must be an Ed25519 key.');
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyId: createHash('sha256').update(der).digest('hex').slice(0, 16),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    privateKey,
  };
}

/** What the first seal of a room has before it. */
export const genesisHash = '0'.repeat(64);

/** What one call of the sealer did. */
export interface SealResult {
  /** Seals written; 0 when there was nothing new or another sealer was at work. */
  readonly seals: number;
  readonly rows: number;
  /** The hash of the newest seal, to be kept somewhere else: only it shows that the tail was cut off. */
  readonly head: string;
}

interface SealHead {
  readonly seq: number;
  readonly to: bigint;
  readonly hash: string;
}

/**
 * Seals what has committed since the last seal, oldest first, in batches of about `batchRows` rows.
 * A batch ends where a transaction ends and never reaches past the horizon, so nothing can be added to it later.
 * One sealer works at a time in a room; a second one returns at once.
 * @throws Error when the transaction counter runs behind the last seal: the room was restored into another
 *   cluster from a dump, and its rows must be sealed under a new counter before anything else
 */
export async function sealAudit(
  transact: Transact,
  key: SealingKey,
  options: { readonly clock?: Clock; readonly batchRows?: number } = {},
): Promise<SealResult> {
  const clock = options.clock ?? systemClock;
  const batchRows = options.batchRows ?? 1000;
  let seals = 0;
  let rows = 0;
  for (;;) {
    const batch = await transact((sql) => sealBatch(sql, key, clock, batchRows));
    rows += batch.rows;
    if (batch.rows > 0) seals += 1;
    if (batch.rows === 0 || !batch.more) return { seals, rows, head: batch.head };
  }
}

async function sealBatch(
  sql: Sql,
  key: SealingKey,
  clock: Clock,
  batchRows: number,
): Promise<{ rows: number; head: string; more: boolean }> {
  const room = await lockedRoom(sql);
  const last = await newestSeal(sql);
  const from = last?.to ?? 0n;
  const prevHash = last?.hash ?? genesisHash;
  if (room === undefined) return { rows: 0, head: prevHash, more: false };

  const horizon = await sealHorizon(sql);
  if (horizon < from) {
    throw new Error(`The transaction counter (${horizon}) is behind the last audit seal (${from}).`);
  }
  const to = await batchEnd(sql, from, horizon, batchRows);
  const hash = createHash('sha256').update(`${prevHash}\n`);
  const digests: string[] = [];
  for await (const row of auditRows(sql, from, to)) {
    const line = canonicalJson(row);
    hash.update(`${line}\n`);
    digests.push(createHash('sha256').update(line).digest('hex').slice(0, 16));
  }
  if (digests.length === 0) return { rows: 0, head: prevHash, more: false };

  const seal = {
    seq: (last?.seq ?? 0) + 1,
    room,
    from_xact: String(from),
    to_xact: String(to),
    rows: digests.length,
    prev_hash: prevHash,
    hash: hash.digest('hex'),
    row_digests: digests.join(''),
    key_id: key.keyId,
    sealed_at: clock.now().toISOString(),
  };
  const signature = sign(null, Buffer.from(canonicalJson(seal)), key.privateKey).toString('base64url');
  await sql.execute(
    `insert into audit_seal
       (seq, room, from_xact, to_xact, rows, prev_hash, hash, row_digests, key_id, sealed_at, signature)
     values (?, ?, ?::text::xid8, ?::text::xid8, ?, ?, ?, ?, ?, ?::timestamptz, ?)`,
    [...Object.values(seal), signature],
  );
  return { rows: digests.length, head: seal.hash, more: to < horizon };
}

/** The room's name once this transaction is its only sealer; undefined while another one is. */
async function lockedRoom(sql: Sql): Promise<string | undefined> {
  const [lock] = await sql.execute<{ obtained: string; room: string }>(
    `select current_schema()::text as room,
       pg_try_advisory_xact_lock(hashtextextended('audit_seal ' || current_schema(), 0))::text as obtained`,
  );
  return lock?.obtained === 'true' ? lock.room : undefined;
}

async function newestSeal(sql: Sql): Promise<SealHead | undefined> {
  const [seal] = await sql.execute<{ seq: string; to_xact: string; hash: string }>(
    'select seq::text as seq, to_xact::text as to_xact, hash from audit_seal order by audit_seal.seq desc limit 1',
  );
  return seal && { seq: Number(seal.seq), to: BigInt(seal.to_xact), hash: seal.hash };
}

/** The end of a batch: the transaction of the first row beyond it, or one further where one transaction fills it. */
async function batchEnd(sql: Sql, from: bigint, horizon: bigint, batchRows: number): Promise<bigint> {
  const edge = await sql.execute<{ xact: string }>(
    `(select xact::text as xact from audit_event where xact >= ?::text::xid8 and xact < ?::text::xid8
        order by audit_event.xact, id limit 1)
     union all
     (select xact::text from audit_event where xact >= ?::text::xid8 and xact < ?::text::xid8
        order by audit_event.xact, id offset ${Math.trunc(batchRows)} limit 1)`,
    [String(from), String(horizon), String(from), String(horizon)],
  );
  const [first, beyond] = edge.map(({ xact }) => BigInt(xact));
  if (first === undefined || beyond === undefined) return horizon;
  return beyond > first ? beyond : first + 1n;
}
