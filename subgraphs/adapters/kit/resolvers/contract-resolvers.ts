import type { ContractResolvers } from '../../../records/contract.js';
import type { AdapterParts } from '../adapter-parts.js';
import { certificateResolvers } from './certificate-resolvers.js';
import { institutionResolvers } from './institution-resolvers.js';
import { resultResolvers } from './result-resolvers.js';
import { studentResolvers } from './student-resolvers.js';
import { writeBackResolvers } from './write-back-resolver.js';

/** The contract's resolvers for one school. Whatever failed stands as an error at its field, never as an empty value. */
export function contractResolvers(parts: AdapterParts): ContractResolvers {
  return {
    Institution: institutionResolvers(parts),
    StudentRecord: studentResolvers(parts),
    CourseResult: resultResolvers(parts),
    SchoolCertificate: certificateResolvers(parts),
    Mutation: writeBackResolvers(parts),
  };
}
