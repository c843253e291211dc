import type { DropFault, FaultCode } from './fault-codes.js';

/** Collects what is wrong with a delivery. However many faults there are, only so many are kept. */
export class FaultList {
  readonly #max: number;
  readonly #faults: DropFault[] = [];
  readonly #known = new Set<string>();
  readonly #rejected = new Set<string>();
  readonly #students = new Set<string>();
  #ofUnknownStudent = false;

  /** @param max How many faults are kept; rejected rows are counted beyond it. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Something about a field or a file; the row stays. */
  note(file: string, row: number, field: string | null, code: FaultCode): void {
    this.#keep({ file, row, field, code, rowRejected: false });
  }

  /** Something for which the row is left out; a row counts once, however often it is named here. */
  reject(file: string, row: number, field: string | null, code: FaultCode): void {
    this.#rejected.add(`${file}:${row}`);
    this.#keep({ file, row, field, code, rowRejected: true });
  }

  /** Says whose row was rejected; null where the row does not tell. */
  rejectedOf(student: string | null): void {
    if (student === null) this.#ofUnknownStudent = true;
    else this.#students.add(student);
  }

  get faults(): readonly DropFault[] {
    return this.#faults;
  }

  get rejectedRows(): number {
    return this.#rejected.size;
  }

  get studentsWithRejectedRows(): ReadonlySet<string> {
    return this.#students;
  }

  get rejectedOfUnknownStudent(): boolean {
    return this.#ofUnknownStudent;
  }

  /** Whether a row of such a file was rejected. */
  hasRejectedIn(file: RegExp): boolean {
    return [...this.#rejected].some((place) => file.test(place));
  }

  /** A table that feeds two sources shows the same fault twice. */
  #keep(fault: DropFault): void {
    const known = `${fault.file}\n${fault.row}\n${fault.field ?? ''}\n${fault.code}`;
    if (this.#faults.length >= this.#max || this.#known.has(known)) return;
    this.#known.add(known);
    this.#faults.push(fault);
  }
}
