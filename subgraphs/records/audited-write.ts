import { randomUUID } from 'node:crypto';
import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { Principal } from '../kit/base/identity/principal.js';
import type { SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import type { Logger } from '../kit/base/log.js';
import type { WriteBackInput } from './write-back-input.js';
import type { WriteBackAnswer } from './write-back-reply.js';
import type { WriteBackEntry, WriteBackTrail } from './write-back-trail.js';

/** Longest wait for one entry, in milliseconds; what the school needs comes on top. */
const noteWithinMs = 2_000;

/**
 * Sends an exemption between two entries of the audit trail: its intent, without which nothing is sent, and its
 * outcome. An intent without an outcome says that nobody here knows what the school did.
 * @throws AmrloError `UPSTREAM_UNAVAILABLE` when the intent cannot be noted, and whatever `send` throws
 */
export async function audited(
  writing: {
    readonly principal: Principal;
    readonly request: SubgraphRequest;
    readonly input: WriteBackInput;
    readonly trail: WriteBackTrail;
    readonly clock: Clock;
    readonly log?: Logger | undefined;
  },
  send: () => Promise<WriteBackAnswer>,
): Promise<WriteBackAnswer> {
  const { principal, request, trail, clock, log } = writing;
  const { institutionId, studentNumber, courseCode, certificateNumber, kind } = writing.input;
  const { requestId, locale, traceparent } = request;
  const reference = randomUUID();
  const note = (outcome: WriteBackEntry['outcome'], deadline: number, signal: AbortSignal) =>
    trail.note(
      { institutionId, studentNumber, courseCode, certificateNumber, kind, outcome, reference },
      {
        principal,
        requestId,
        locale,
        deadline,
        signal,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    );
  const soon = () => clock.now().getTime() + noteWithinMs;

  try {
    await note('INTENDED', Math.min(request.deadline, soon()), request.signal);
  } catch (error) {
    if (error instanceof AmrloError && error.code === 'REQUEST_CANCELLED') throw error;
    log?.warn(
      { requestId, institutionId, reference, err: error },
      'an exemption was not sent: no audit entry',
    );
    throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' }, { cause: error });
  }
  const answer = await send();
  const outcome = outcomeOf(answer);
  if (outcome !== undefined) {
    try {
      // Also for a caller who has left or has no time left: it was written for them.
      await note(outcome, soon(), AbortSignal.timeout(noteWithinMs));
    } catch (error) {
      log?.error(
        { requestId, institutionId, reference, outcome, err: error },
        'an outcome is not in the trail',
      );
    }
  }
  return answer;
}

/** Undefined where the school gave an error instead of a payload: then it is not known whether anything was written. */
function outcomeOf({ value, outcome }: WriteBackAnswer): WriteBackEntry['outcome'] | undefined {
  if (value === null) return undefined;
  return outcome === 'WRITTEN' || outcome === 'ALREADY_WRITTEN' ? outcome : 'REFUSED';
}
