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

/** What a source may hold beside students and results, in the words of `RecordsCapability`: a system with everything. */
export const wholeSystem = [
  'GRADE_COMPONENTS',
  'ENROLMENTS',
  'CERTIFICATES',
  'COURSE_CATALOGUE',
  'PROGRAMMES',
  'GRADE_DISTRIBUTIONS',
  'CHANGES',
  'WRITE_BACK',
] as const;
export type SuppliedCapability = (typeof wholeSystem)[number];

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
  /** What else the source holds; everything that is not named here must be refused with a reason. */
  readonly supplies?: readonly SuppliedCapability[];
  /** A code under which a course of the catalogue was offered before, and its code of today. */
  readonly formerCode?: { readonly former: string; readonly current: string };
  /** What may be written where exemptions can be; nobody has written it yet. */
  readonly exemption?: {
    readonly studentNumber: string;
    readonly courseCode: string;
    readonly term: string;
    readonly recordedGrade?: string;
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
        maskedIdentityNumber
        programme
        programmeCode
        level {
          ...coded
        }
        studyForm {
          code
          nationalCode
          nativeName
        }
        enrolmentStatus
        enrolmentStatusCode
        enrolledOn
        graduatedOn
        graduationMonth
        complete
        provenance {
          ...origin
        }
        results {
          ...result
        }
        enrolments {
          term {
            code
          }
          programme
          programmeCode
          level {
            ...coded
          }
          status
          from
          to
          provenance {
            ...origin
          }
        }
        certificates {
          ...certificate
        }
      }
      ... on CourseResult {
        ...result
      }
      ... on SchoolCertificate {
        ...certificate
      }
    }
  }
  fragment result on CourseResult {
    institutionId
    nativeKey
    owner: studentNumber
    courseCode
    courseName
    courseEnglishName
    credits
    creditScheme
    hours
    nativeGrade
    gradeScale
    percentage
    passed
    components {
      kind
      nativeName
      nativeGrade
      percentage
      weight
    }
    sittings {
      kind
      nativeGrade
      percentage
      passed
      counts
    }
    attemptKind
    exempted
    counts
    recordedOn
    flags
    term {
      code
      nativeCode
      academicYear
      term
    }
    provenance {
      ...origin
    }
  }
  fragment certificate on SchoolCertificate {
    institutionId
    nativeKey
    owner: studentNumber
    kind
    number
    name
    nativeLevel
    nativeGrade
    issuer
    awardedOn
    awardedMonth
    validUntil
    flags
    provenance {
      ...origin
    }
  }
  fragment coded on StudyLevel {
    code
    nationalCode
    nativeName
  }
  fragment origin on Provenance {
    system
    method
    asOf
    freshness
    evidenceHash
  }
`;
