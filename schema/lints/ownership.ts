import type { Finding, SubgraphSdls } from './finding.js';
import { readTypeShapes } from './type-shapes.js';

/**
 * Which subgraph owns an entity that several subgraphs declare. SDL cannot say it: in Federation 2 the owner's
 * declaration and a contributor's look the same. An entity that one subgraph declares belongs to that one.
 */
export const sharedEntityOwners: Readonly<Record<string, string>> = {
  Institution: 'institutions',
  Dashboard: 'institutions',
  Learner: 'learners',
  Deposit: 'learners',
  LearningOutcome: 'outcomes',
  Course: 'outcomes',
  CourseOffering: 'outcomes',
  Programme: 'outcomes',
  CertificationUnit: 'outcomes',
  StudentRecord: 'records',
  CourseResult: 'records',
  Agreement: 'agreements',
  ConversionApplication: 'agreements',
  ConversionCertificate: 'agreements',
};

/** The owner of every entity type, and findings where nobody is known to own one. */
export function entityOwners(
  sdls: SubgraphSdls,
  shared: Readonly<Record<string, string>> = sharedEntityOwners,
): { owners: ReadonlyMap<string, string>; findings: Finding[] } {
  const declaredBy = new Map<string, string[]>();
  for (const [subgraph, sdl] of Object.entries(sdls)) {
    for (const type of readTypeShapes(sdl).types.values()) {
      if (type.keyFields.size > 0)
        declaredBy.set(type.name, [...(declaredBy.get(type.name) ?? []), subgraph]);
    }
  }
  const owners = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [type, [first = '', ...others]] of declaredBy) {
    const subgraphs = [first, ...others];
    const owner = others.length === 0 ? (shared[type] ?? first) : shared[type];
    if (owner === undefined) {
      const problem = `is an entity of ${subgraphs.join(' and ')}; say in schema/lints/ownership.ts which one owns it.`;
      findings.push({ subgraph: first, at: type, problem });
    } else if (!subgraphs.includes(owner)) {
      const problem = `belongs to ${owner} (schema/lints/ownership.ts), which does not declare it with a @key.`;
      findings.push({ subgraph: first, at: type, problem });
    }
    owners.set(type, owner ?? first);
  }
  return { owners, findings };
}
