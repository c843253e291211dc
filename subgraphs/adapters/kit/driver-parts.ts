import type { Clock } from '../../kit/base/clock.js';
import type { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { Source } from './driver.js';

/** Where a school's system is and with which secrets it is reached; from the environment, never from a file. */
export interface SchoolAddress {
  readonly databaseUrl?: string | undefined;
  /** The same database for an account that may write exemptions. */
  readonly writeDatabaseUrl?: string | undefined;
  readonly folder?: string | undefined;
  /** Folder of the schemas against which deliveries are checked, where their standard has some. */
  readonly schemaFolder?: string | undefined;
  /** Base address of a web service. */
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Where OAuth2 tokens are given, where that is not at `url`. */
  readonly tokenUrl?: string | undefined;
}

/** What is wrong with a row, or with a file as a whole (`row` 0), of what a school delivered. */
export interface DeliveryFault {
  readonly file: string;
  /** From 1, the header's row included. */
  readonly row: number;
  readonly field: string | null;
  readonly code: string;
  /** Whether the row was left out for it; otherwise only the field is unknown. */
  readonly rowRejected: boolean;
}

/** What became of a delivery. */
export interface DeliveryReport {
  readonly deliveredAt: Date | null;
  readonly taken: boolean;
  readonly rejectedRows: number;
  readonly faults: readonly DeliveryFault[];
  readonly refusal: AmrloError | null;
}

/** What every driver is made with, beside what the school file declares. */
export interface DriverParts {
  /** The school's name, for messages. */
  readonly institution: string;
  readonly address: SchoolAddress;
  readonly clock: Clock;
  /** Told before each question to the school's system; for tests and metrics. */
  readonly onQuestion?: ((source: Source, keys: number) => void) | undefined;
  /** Told of each delivery that was taken, with what was wrong in it, and of each that was refused. */
  readonly onDelivery?: ((report: DeliveryReport) => void) | undefined;
}
