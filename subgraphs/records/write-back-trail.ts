import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { Link, LinkCall } from '../kit/base/link/link-call.js';
import type { WriteBackInput } from './write-back-input.js';

/** What the trail says about one exemption at one moment. */
export interface WriteBackEntry extends Pick<
  WriteBackInput,
  'institutionId' | 'studentNumber' | 'courseCode' | 'certificateNumber' | 'kind'
> {
  /** The same for the intent and the outcome of one writing. */
  readonly reference: string;
  readonly outcome: 'INTENDED' | 'WRITTEN' | 'ALREADY_WRITTEN' | 'REFUSED';
}

/** On whose behalf it is noted, and how long that may take. */
export type WriteBackCaller = Pick<
  LinkCall,
  'principal' | 'requestId' | 'traceparent' | 'locale' | 'deadline' | 'signal'
>;

/** The audit trail of what is written into the systems of schools. */
export interface WriteBackTrail {
  /** Resolves when the entry is durable, under the caller's name. Rejects when it is not, or may not be. */
  note(entry: WriteBackEntry, by: WriteBackCaller): Promise<void>;
}

const entryMutation = /* GraphQL */ `
  mutation RecordExemptionWriteBack($input: RecordExemptionWriteBackInput!) {
    recordExemptionWriteBack(input: $input) {
      entry {
        reference
      }
      userErrors {
        code
      }
    }
  }
`;

/** The trail that the institutions room keeps, written to for the same principal. */
export function institutionsTrail(link: Link): WriteBackTrail {
  return {
    async note(entry, by) {
      const { data, errors } = await link.call({
        ...by,
        subgraph: 'institutions',
        query: entryMutation,
        variables: { input: entry },
        isMutation: true,
      });
      const payload = data?.['recordExemptionWriteBack'] as
        | { readonly entry: { readonly reference: string } | null; readonly userErrors: readonly unknown[] }
        | null
        | undefined;
      if (payload?.entry?.reference === entry.reference) return;
      const why = JSON.stringify(
        payload?.userErrors ?? errors?.map(({ extensions }) => extensions?.['code']),
      );
      throw new AmrloError(
        'UPSTREAM_UNAVAILABLE',
        { subgraph: 'institutions' },
        { cause: new Error(`The audit trail took no entry: ${why}`) },
      );
    },
  };
}
