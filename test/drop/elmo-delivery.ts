import { afterAll, beforeAll } from '@jest/globals';
import type {
  DeliveredRecords,
  DeliveryFormat,
} from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import type { DeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import { elmoFormat } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-format.js';
import { elmoSchema } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-schema.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { filesOf, fixtureFiles, formatContext } from '../support/deliveries.js';
import { laxElmoSchema, type SchemaFolder } from '../support/elmo-schemas.js';

/** How the University of Warsaw declares its deliveries. */
export const declared = {
  format: 'elmo',
  issuer: { type: 'schac', value: 'uw.edu.pl' },
  studentNumber: 'local',
  identityNumber: 'nationalIdentifier',
} as const;

/** Its invented delivery, file by file. */
export const fixtures = fixtureFiles('university-of-warsaw');

/** The document of one of its learners. */
export const anna = fixtures['anna.xml']!.toString();

type Files = Readonly<Record<string, string | Buffer>>;
type Read<T> = (files: Files, options?: object, limits?: Partial<DeliveryLimits>) => Promise<T>;

/** Reads deliveries as Warsaw's, with other options or limits where a test names them. */
export interface ElmoReader {
  readonly format: (options?: object) => DeliveryFormat;
  readonly read: Read<DeliveredRecords>;
  /** Code and English message of the refusal. @throws Error when the delivery is taken, or what it failed with instead */
  readonly refusalOf: Read<string>;
}

/** A reader for the tests of a file, whose schema lets everything through: what they show holds without the standard's. */
export function elmoWithoutSchemas(): ElmoReader {
  let lax: SchemaFolder;
  beforeAll(() => {
    lax = laxElmoSchema();
  });
  afterAll(() => lax[Symbol.dispose]());

  const format: ElmoReader['format'] = (options = {}) =>
    elmoFormat(elmoSchema.parse({ ...declared, ...options }), lax.folder);
  const read: ElmoReader['read'] = (files, options, limits) =>
    format(options).read(filesOf(files), formatContext(limits));
  return {
    format,
    read,
    async refusalOf(...delivery) {
      const error = await read(...delivery).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof AmrloError)) throw error ?? new Error('it was taken');
      return `${error.code}: ${error.messageIn('en')}`;
    },
  };
}
