import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import type { AssertionVerifier } from '../../subgraphs/kit/base/identity/assertion.js';

/** An adapter over a fixture, ready to be asked. */
export interface OpenFixture {
  readonly adapter: Adapter;
  /** How many statements the driver has run so far; undefined where it reads files. */
  readonly statements?: () => number;
  /** An adapter of the same school whose source is gone. */
  readonly dead: Adapter;
  close(): Promise<void>;
}

/** What a school's fixture is and what it can supply; every adapter runs the same cases. */
export interface ConformanceFixture {
  readonly name: string;
  /** Why it cannot be run here; undefined where it can. */
  readonly absent: string | undefined;
  open(verifier: AssertionVerifier): Promise<OpenFixture>;
  /** Students that the source knows. */
  readonly students: readonly string[];
  readonly freshness: 'LIVE' | 'CACHED';
  /** Whether the source holds results at all. */
  readonly results: boolean;
  /** A person whose record it is; undefined where the source has no identity numbers. */
  readonly holder?: {
    readonly studentNumber: string;
    readonly name: string;
    readonly identityNumber: string;
  };
  /** Fields that must not be anything but null for all students, because the source has no data for them. */
  readonly unknown: readonly string[];
}

/** Every field of the contract that a gateway can ask an adapter for. */
export const everything = /* GraphQL */ `
  query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename
      ... on StudentRecord {
        institutionId
        studentNumber
        name
        programme
        programmeCode
        level {
          code
          nationalCode
          nativeName
        }
        enrolmentStatus
        enrolledOn
        graduatedOn
        graduationMonth
        complete
        provenance {
          system
          method
          asOf
          freshness
          evidenceHash
        }
        results {
          ...result
        }
      }
      ... on CourseResult {
        ...result
      }
    }
  }
  fragment result on CourseResult {
    institutionId
    nativeKey
    owner: studentNumber
    courseCode
    courseName
    credits
    creditScheme
    hours
    nativeGrade
    gradeScale
    percentage
    passed
    attemptKind
    exempted
    recordedOn
    flags
    term {
      code
      nativeCode
      academicYear
      term
    }
    provenance {
      system
      method
      asOf
      freshness
      evidenceHash
    }
  }
`;
