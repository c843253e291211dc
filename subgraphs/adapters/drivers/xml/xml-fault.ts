/** Why a text cannot be used as XML. */
export type XmlFaultReason =
  | 'NOT_XML'
  | 'NOT_WELL_FORMED'
  | 'TRUNCATED'
  | 'DOCTYPE'
  | 'ENTITY_UNKNOWN'
  | 'ENCODING'
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | 'TOO_MANY_ELEMENTS'
  | 'TOO_MANY_ATTRIBUTES';

/** XML that was refused; its message quotes nothing but names of elements. */
export class XmlFault extends Error {
  override readonly name = 'XmlFault';
  readonly reason: XmlFaultReason;
  /** From 1; null where the fault is of the whole. */
  readonly line: number | null;

  constructor(reason: XmlFaultReason, line: number | null = null, about = '') {
    super(`${reason}${about === '' ? '' : ` (${about})`}${line === null ? '' : ` in line ${line}`}`);
    this.reason = reason;
    this.line = line;
  }
}

/** How much a document may hold. */
export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Of one element. */
  readonly maxAttributes: number;
}

/** Ample for the records of 200 students, or for one person's files with their attachments. */
export const defaultXmlLimits: XmlLimits = {
  maxBytes: 4 * 1024 ** 2,
  maxDepth: 60,
  maxElements: 100_000,
  maxAttributes: 32,
};
