import { isCorruptText, type NativeRow } from '../../../kit/native-row.js';
import type { DeliveredRecords } from '../delivery-format.js';
import type { DeliveryLimits } from '../delivery-limits.js';
import type { FaultList } from '../fault-list.js';
import type { ElmoDocument, ElmoReport, ElmoSpecification } from './elmo-document.js';
import {
  academicYearOf,
  hoursOfParts,
  keyOf,
  placedSpecifications,
  reportColumns,
  specificationColumns,
  type ElmoRow,
  type PlacedSpecification,
} from './elmo-rows.js';
import type { ElmoDeclaration } from './elmo-schema.js';

/** A document by the name of its file. */
export interface NamedElmo {
  readonly file: string;
  readonly document: ElmoDocument;
}

type Table = Map<string, NativeRow[]>;

/** Puts the documents of a delivery together; where two say something about the same, the newer one counts. */
export class ElmoRecords {
  readonly #declared: ElmoDeclaration;
  readonly #limits: DeliveryLimits;
  readonly #faults: FaultList;
  readonly #students: Table = new Map();
  readonly #identities: Table = new Map();
  readonly #results: Table = new Map();
  readonly #certificates: Table = new Map();
  readonly #gradeCounts: NativeRow[] = [];
  readonly #counted = new Set<string>();
  readonly #keys = new Set<string>();
  /** Whether a distribution was there that belongs to nothing that was taken. */
  #hasLostCounts = false;

  constructor(declared: ElmoDeclaration, limits: DeliveryLimits, faults: FaultList) {
    this.#declared = declared;
    this.#limits = limits;
    this.#faults = faults;
  }

  /** Takes a document; the newest of a delivery comes first. */
  add({ file, document }: NamedElmo): void {
    const { issuer, studentNumber: type } = this.#declared;
    if (document.isSigned) this.#faults.note(file, 0, 'Signature', 'SIGNATURE_UNVERIFIED');
    const numbers = valuesOf(document.learner.identifiers, type);
    const [number] = numbers;
    if (number === undefined || numbers.length > 1) {
      this.#faults.reject(file, 0, `learner/identifier[@type='${type}']`, 'FIELD_MISSING');
      this.#faults.rejectedOf(null);
      this.#hasLostCounts ||= placedSpecifications(document).some(({ placed }) => placed.some(hasCounts));
      return;
    }
    const isNew = !this.#students.has(number);
    const own: { report: ElmoReport; placed: readonly PlacedSpecification[] }[] = [];
    for (const [at, part] of placedSpecifications(document).entries()) {
      if (valuesOf(part.report.issuer.identifiers, issuer.type).includes(issuer.value)) own.push(part);
      else this.#faults.note(file, 0, `report[${at + 1}]/issuer`, 'ISSUER_FOREIGN');
    }
    if (own.length === 0) return;
    if (isNew) this.#addLearner(file, number, document, own);
    for (const { report, placed } of own) {
      const shared = reportColumns(document, report, number);
      for (const one of placed) this.#addSpecification(file, number, shared, report, one);
    }
  }

  /** What the delivery says. */
  records(): DeliveredRecords {
    const faults = this.#faults;
    return {
      byStudent: {
        students: this.#students,
        results: this.#results,
        certificates: this.#certificates,
        ...(this.#declared.identityNumber === undefined ? {} : { identities: this.#identities }),
      },
      lists: { gradeCounts: { rows: this.#gradeCounts, complete: !this.#hasLostCounts } },
      faults: faults.faults,
      rejectedRows: faults.rejectedRows,
      studentsWithRejectedRows: faults.studentsWithRejectedRows,
      rejectedOfUnknownStudent: faults.rejectedOfUnknownStudent,
    };
  }

  #addLearner(
    file: string,
    number: string,
    document: ElmoDocument,
    own: readonly { readonly report: ElmoReport; readonly placed: readonly PlacedSpecification[] }[],
  ): void {
    const { givenNames, familyName, identifiers } = document.learner;
    const name = `${givenNames} ${familyName}`.trim() || null;
    const programmes = own.flatMap(({ report, placed }) =>
      placed
        .filter(({ specification }) => specification.type === 'Degree Programme')
        .map(({ specification }) => specificationColumns(specification, report, 'programme.')),
    );
    const first = own[0]?.report;
    const row: ElmoRow = {
      ...(first === undefined ? {} : reportColumns(document, first, number)),
      'learner.name': name,
      'learner.givenNames': givenNames || null,
      'learner.familyName': familyName || null,
      // Of two programmes nobody knows which one is meant.
      ...(programmes.length === 1 ? programmes[0] : {}),
    };
    this.#put(this.#students, file, number, row, 0, 'learner');
    const { identityNumber: type } = this.#declared;
    if (type === undefined) return;
    const [identityNumber = null, ...others] = valuesOf(identifiers, type);
    if (others.length > 0) return;
    const person = { 'learner.identifier': number, 'learner.name': name, identityNumber };
    this.#put(this.#identities, file, number, person, 0, 'learner');
  }

  #addSpecification(
    file: string,
    number: string,
    shared: ElmoRow,
    report: ElmoReport,
    { specification, above, ordinal, path }: PlacedSpecification,
  ): void {
    const isResult = this.#declared.results.includes(specification.type ?? 'untyped');
    const isCertificate = specification.type === 'Degree Programme' && isAwarded(specification);
    const key = keyOf(specification);
    this.#countGrades(specification, report, key);
    if (!isResult && !isCertificate) return;
    if (key === null) {
      this.#faults.reject(file, ordinal, `${path}/identifier`, 'FIELD_MISSING');
      this.#faults.rejectedOf(number);
      return;
    }
    const known = `${number}\n${key}`;
    if (this.#keys.has(known)) {
      this.#faults.note(file, ordinal, path, 'DUPLICATE');
      return;
    }
    this.#keys.add(known);
    const programme = above.find(({ type }) => type === 'Degree Programme');
    const row = {
      ...shared,
      key,
      ...specificationColumns(specification, report),
      ...(programme === undefined ? {} : specificationColumns(programme, report, 'programme.')),
      'parts.engagementHours': hoursOfParts(specification),
    };
    if (isResult) this.#put(this.#results, file, number, row, ordinal, path);
    if (isCertificate) this.#put(this.#certificates, file, number, row, ordinal, path);
  }

  /** Many learners bring the distribution of the same course; it is counted once, as the newest document has it. */
  #countGrades(specification: ElmoSpecification, report: ElmoReport, key: string | null): void {
    const { distribution, term } = specification.instance;
    if (key === null && distribution.length > 0) this.#hasLostCounts = true;
    if (key === null || distribution.length === 0 || this.#counted.has(key)) return;
    this.#counted.add(key);
    const academicYear = academicYearOf(term?.start ?? null, this.#declared.yearBegins);
    const columns = specificationColumns(specification, report);
    for (const { label, count } of distribution) {
      this.#gradeCounts.push({ ...columns, key, label, count: count.replace('+', ''), academicYear });
    }
  }

  #put(table: Table, file: string, number: string, row: ElmoRow, ordinal: number, path: string): void {
    const fields = Object.entries(row);
    const long = fields.find(([, value]) => (value?.length ?? 0) > this.#limits.maxFieldLength);
    if (long !== undefined) {
      this.#faults.reject(file, ordinal, `${path}: ${long[0]}`, 'FIELD_TOO_LONG');
      this.#faults.rejectedOf(number);
      return;
    }
    for (const [column, value] of fields) {
      if (value !== null && isCorruptText(value))
        this.#faults.note(file, ordinal, `${path}: ${column}`, 'TEXT_CORRUPT');
    }
    const rows = table.get(number) ?? [];
    rows.push(row);
    table.set(number, rows);
  }
}

function hasCounts({ specification }: PlacedSpecification): boolean {
  return specification.instance.distribution.length > 0;
}

/** A degree that was passed, or of which a diploma supplement was issued. */
function isAwarded({ instance }: ElmoSpecification): boolean {
  return instance.status === 'passed' || (instance.status === null && instance.supplementDate !== null);
}

function valuesOf(
  identifiers: readonly { readonly type: string; readonly value: string }[],
  type: string,
): string[] {
  return identifiers.filter((one) => one.type === type && one.value !== '').map(({ value }) => value);
}
