import type { EntitySchema } from '@mikro-orm/postgresql';
import type { Json } from '../audit/canonical-json.js';
import type { Sql } from '../database/sql.js';
import type { AnyMachineDefinition } from '../machine/machine-definition.js';
import type { VersionedRow } from '../scope/mutate.js';

/** A row that a machine moves. */
export interface WorkRow extends VersionedRow {
  state: string;
}

/** What an official has to know of a row that waits for somebody. */
export interface WorkItem {
  /**
   * What it is about, in the few words by which officials know it: a business number, an institution's or a course's
   * name. It leaves the room and is shown to whoever may act, so never a person's data.
   */
  readonly about: string;
  /** When the row entered its state. */
  readonly since: Date;
  /** The instant at which it is late; left out, the machine's own due date. */
  readonly dueAt?: Date | null;
  /** The institutions whose officials are waited for where the state waits for a role at the row's institution. */
  readonly institutionIds?: readonly string[];
  /** The service point whose clerks are waited for where the state waits for clerks; without one none is. */
  readonly servicePointId?: string | null;
  /** Persons named by their subject (an assigned expert, the holders of seats); where given, only they are waited for. */
  readonly subjects?: readonly string[];
  /** The subjects of officials whom the guards will refuse because they had a hand in it; it is not shown to them. */
  readonly notFor?: readonly string[];
  /** The instant from which nobody is waited for any more, although the row does not move (a proposal that lapses). */
  readonly lapsesAt?: Date | null;
}

/** A step that an official can take on many rows at once, without looking at each. */
export interface WorkStep {
  /** The action of the machine; its name tells two steps of one mutation apart. */
  readonly action: string;
  /** The mutation to call, of the room whose work it is. */
  readonly mutation: string;
  /** Its input, whole but for the reason. */
  readonly input: { readonly [field: string]: Json };
  /** Whether the input takes a `reason`, which the official gives once for the batch. */
  readonly reasoned: boolean;
}

/**
 * How the rows of one noun become work that waits for officials. Every machine with a state that waits for somebody
 * but the owner has one; the room's module lists them.
 */
export interface WorkSource<Row extends WorkRow> {
  /** The type of the graph, for example `Deposit`. */
  readonly type: string;
  readonly entity: EntitySchema<Row>;
  readonly machine: { readonly definition: AnyMachineDefinition };
  /** Reads no clock and nothing that is not of this row: the same row gives the same item at any time. */
  readonly item: (row: Row, sql: Sql) => WorkItem | Promise<WorkItem>;
  /** By action, the mutation that takes it, where the two have not the same name. */
  readonly mutations?: Readonly<Record<string, string>>;
  /** The steps that may be taken in a batch from the row's state. */
  readonly steps?: (row: Row) => readonly WorkStep[];
}

// Sources of unlike rows stand in one list, and their row types are no subtypes of each other.
/** A source of any rows. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyWorkSource = WorkSource<any>;
