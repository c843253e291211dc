import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import type { OutboxEvent } from '../../kit/room/outbox/outbox-event.js';

/** The four kinds of activity of charter art. 21.1; one entry of any of them in three years is enough. */
export const activityKinds = ['RESOURCE', 'CONVERSION', 'TRADE', 'ALLIANCE_ACTIVITY'] as const;

/** A kind of activity. */
export type ActivityKindName = (typeof activityKinds)[number];

/** What an event says that members did. */
export interface CountedActivity {
  readonly kind: ActivityKindName;
  readonly institutionIds: readonly string[];
  /** A legal date. */
  readonly occurredOn: string;
  readonly title: string;
}

/** An event that counts: who says it, and what it means. */
export interface CountedEvent {
  readonly producer: string;
  readonly read: (event: OutboxEvent) => CountedActivity;
}

const outcome = z.object({ issuerId: z.string(), outcomeCode: z.string() });
const agreement = z.object({ partyIds: z.array(z.string()), agreementNo: z.string() });
const held = z.object({
  institutionIds: z.array(z.string()),
  kind: z.enum(activityKinds),
  title: z.string(),
  occurredOn: z.iso.date(),
});

/**
 * Which events count as what (charter art. 21.1; `features.md` row 52). Everything that is not named here counts as
 * nothing; in particular `DepositBanked`: a deposit is what a learner owns and a bank keeps, and a member that lets its
 * old results be banked has for that neither built a resource, nor converted, nor traded, nor taken part.
 */
export const countedEvents: Readonly<Record<string, CountedEvent>> = {
  /** A learning outcome was certified and entered the catalogue: its issuer built a resource. */
  OutcomeCertified: {
    producer: 'outcomes',
    read(event) {
      const { issuerId, outcomeCode } = outcome.parse(event.payload);
      return { kind: 'RESOURCE', institutionIds: [issuerId], title: outcomeCode, ...on(event) };
    },
  },
  /** A conversion agreement was signed: every party took part in conversion, whoever proposed it. */
  AgreementSigned: {
    producer: 'agreements',
    read(event) {
      const { partyIds, agreementNo } = agreement.parse(event.payload);
      return { kind: 'CONVERSION', institutionIds: partyIds, title: agreementNo, ...on(event) };
    },
  },
  /** A meeting was attended, an activity of the alliance was held: this room's own nouns say which kind it was. */
  AllianceActivityHeld: {
    producer: 'institutions',
    read: (event) => held.parse(event.payload),
  },
};

function on(event: OutboxEvent): { occurredOn: string } {
  return { occurredOn: legalDate(new Date(event.occurredAt)) };
}
