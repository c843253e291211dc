import { z } from 'zod';
import { secretFault } from '../../../kit/secret-paths.js';

/** What a specification is; the standard allows it to say nothing. */
const specificationTypes = ['Degree Programme', 'Module', 'Course', 'Class', 'untyped'] as const;

/** What a school file declares about its ELMO deliveries. */
export const elmoSchema = z.strictObject({
  format: z.literal('elmo'),
  /** The school among issuers, by one of its identifiers; reports of others are not this school's records. */
  issuer: z.strictObject({ type: z.string().min(1), value: z.string().min(1) }),
  /** The type of the learner's identifier that holds the student number. */
  studentNumber: z
    .string()
    .min(1)
    .refine((type) => secretFault('students', type) === null, 'is an identity number and no student number'),
  /** The type of the one that holds the identity number, where the school delivers it. */
  identityNumber: z.string().min(1).optional(),
  /** Which specifications are results. */
  results: z.array(z.enum(specificationTypes)).min(1).default(['Course', 'untyped']),
  /** The day on which academic years begin, by which grade distributions are dated. */
  yearBegins: z
    .strictObject({ month: z.int().min(1).max(12), day: z.int().min(1).max(31) })
    .default({ month: 8, day: 1 }),
  /** Bytes of one document, its attachments included. */
  maxDocumentBytes: z
    .int()
    .min(1_024)
    .max(64 * 1024 ** 2)
    .default(16 * 1024 ** 2),
});

/** ELMO deliveries as a school file declares them. */
export type ElmoDeclaration = z.output<typeof elmoSchema>;

/** The namespace of ELMO 1.x (the versions of the branch v1 are compatible with each other). */
export const elmoNamespace = 'https://github.com/emrex-eu/elmo-schemas/tree/v1';
