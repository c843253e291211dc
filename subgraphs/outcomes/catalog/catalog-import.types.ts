import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { Job, JobRowError } from '../../kit/room/schema/shared-types.js';
import { InstitutionReference } from '../institutions/institution.types.js';

/** The formats in which schools hand over their catalogs. */
export enum CatalogFormat {
  SJTU_CSV = 'SJTU_CSV',
  SUSTECH_JSON = 'SUSTECH_JSON',
}
registerEnumType(CatalogFormat, {
  name: 'CatalogFormat',
  description:
    'SJTU_CSV: one row per class, columns yxmc,kcmc,kcbm,xqxs,xqxf,nj,xn,xq,yqdrs. SUSTECH_JSON: [{id, name, credit, classHour, grading}].',
});

/** What an import did to rows of one kind. */
@ObjectType({ description: 'What an import did to rows of one kind.' })
export class CatalogChangeCounts {
  @Field(() => Int)
  added!: number;

  @Field(() => Int)
  changed!: number;

  @Field(() => Int, { description: 'Rows that were known just so.' })
  unchanged!: number;
}

/** A cell of a row that was set aside. */
@ObjectType({ description: 'A cell of a row, as it stands in the file; never evaluated.' })
export class CatalogCell {
  @Field(() => String)
  column!: string;

  @Field(() => String)
  value!: string;
}

/** A row that was set aside because its facts cannot be. */
@ObjectType({
  description: 'A row that was set aside because its facts cannot be; it was neither taken nor repaired.',
})
export class QuarantinedRow {
  @Field(() => Int, { description: 'The row in the file, from 1.' })
  row!: number;

  @Field(() => String, { description: 'A code of the error catalogue.' })
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => [CatalogCell])
  content!: CatalogCell[];
}

/** A page of quarantined rows. */
export const QuarantinedRowConnection = connectionType(QuarantinedRow, 'QuarantinedRow');

/** An import of a catalog. */
@ObjectType({ description: "An import of an institution's catalog of courses, taken whole or not at all." })
export class CatalogImport {
  @Field(() => ID)
  id!: string;

  @Field(() => Job)
  job!: Job;

  @Field(() => InstitutionReference, { nullable: true })
  institution!: InstitutionReference | null;

  @Field(() => CatalogFormat)
  format!: CatalogFormat;

  @Field(() => CatalogChangeCounts, {
    nullable: true,
    description: 'Courses; null while the import is under way.',
  })
  courses!: CatalogChangeCounts | null;

  @Field(() => CatalogChangeCounts, {
    nullable: true,
    description: 'Classes; null while the import is under way.',
  })
  offerings!: CatalogChangeCounts | null;

  @Field(() => Int, { nullable: true, description: 'How many rows were set aside.' })
  quarantinedCount!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many rows were not taken.' })
  rejectedCount!: number | null;

  @Field(() => [JobRowError], { description: 'The first 1,000 rows that were not taken, with the reason.' })
  rejected!: JobRowError[];
}

/** Asks for an address to upload a catalog to. */
@InputType({ description: 'Asks for a one-time, resumable address to upload a catalog to.' })
export class CreateCatalogUploadInput extends UploadInput {}

/** What `createCatalogUpload` answers. */
export const CreateCatalogUploadPayload = payloadType('createCatalogUpload', 'upload', Upload);

/** Starts an import of an uploaded catalog. */
@InputType({ description: 'Starts an import of an uploaded catalog of one institution.' })
export class ImportCatalogInput {
  @Field(() => ID)
  uploadId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => CatalogFormat)
  format!: CatalogFormat;

  @Field(() => String, { defaultValue: 'CN-16', description: 'The scheme of the credits in the file.' })
  creditScheme!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'From when the facts hold, for files that name no term; today when left out.',
  })
  validFrom?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `importCatalog` answers. */
export const ImportCatalogPayload = payloadType('importCatalog', 'catalogImport', CatalogImport);
