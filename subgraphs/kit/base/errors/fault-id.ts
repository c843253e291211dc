import { randomBytes } from 'node:crypto';

/** The id of a masked error, for example `err_9f86d081884c7d65`: shown to the client, and the key of its log line. */
export function newFaultId(): string {
  return `err_${randomBytes(8).toString('hex')}`;
}

/** Whether a value has the form of a fault's id, so that it may be passed on from another process. */
export function isFaultId(value: unknown): value is string {
  return typeof value === 'string' && /^err_[0-9a-f]{16}$/.test(value);
}
