/** A write-back with a fragment, a condition and an alias in it. */
export const write = /* GraphQL */ `
  mutation ($input: WriteBackExemptionInput!, $deep: Boolean = true) {
    done: writeBackExemption(input: $input) {
      ...Payload
      userErrors {
        code
        path
        rule
      }
    }
  }
  fragment Payload on WriteBackExemptionPayload {
    writeBack {
      state
      certificate: certificateNumber
      provenance @include(if: $deep) {
        freshness
      }
    }
  }
`;
/** An exemption of the first student, as a client gives it. */
export const input = (more: object = {}) => ({
  idempotencyKey: 'key-000001',
  institutionId: 'inst_a',
  studentNumber: '1',
  courseCode: 'C1',
  term: '2026-2027-1',
  certificateNumber: 'AMRLO-2026-0001',
  kind: 'BOTH',
  ...more,
});
/** What is answered to `write`. */
export const done = (state = 'WRITTEN', certificate = 'AMRLO-2026-0001') => ({
  done: { writeBack: { state, certificate, provenance: { freshness: 'LIVE' } }, userErrors: [] },
});

/** A question whose answers are kept. */
export const kept =
  'query ($r: [_Any!]!) { _entities(representations: $r) { ... on StudentRecord { name } ... on CourseResult { courseName } } }';
