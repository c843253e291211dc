import { secretOf, type Secret } from './secret-columns.js';

/**
 * As `secretOf`, of a column that is reached through others: `user.ssn` of nested JSON, `成绩.密码` under a header of two
 * tiers, `Person/@hetu` of XML. A secret name anywhere on the way makes what is there secret. Only `pass` is judged with what
 * stands before it: `user.pass` is a password, `result.pass` a passed examination.
 */
export function secretOfPath(path: string): Secret | null {
  const parts = path.split(/[./@[\]]+/).filter((part) => !/^(?:pass)?$/i.test(part));
  const found = [path, ...parts].map(secretOf);
  return found.find((one) => one === 'PASSWORD') ?? found.find((one) => one !== null) ?? null;
}

/**
 * Why a driver must not give a column in the rows of a source; null where it may. Rows are mapped, hashed as evidence and
 * compared by fingerprints, and the hash of an identity number gives it away to whoever tries all of them.
 */
export function secretFault(source: string, path: string): string | null {
  const secret = secretOfPath(path);
  if (secret === 'PASSWORD') return `${path} is a column of passwords; no source may read it`;
  if (secret === 'IDENTITY' && source !== 'identities')
    return `${path} is a column of identity numbers; only identities may read it`;
  return null;
}
