import { z } from 'zod';
import type { PlanTrace, RequestTrace, TraceNode } from '../engine/plan-trace.js';

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();

/** How one school's part came about, as the records router reports it; what is more than this is left out. */
const schoolForm = z.object({
  institutionId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  ms: milliseconds,
  asked: z.boolean(),
  rows: count,
  copies: count,
  failed: z
    .string()
    .regex(/^[A-Z_]{1,64}$/)
    .optional(),
});

const fetchForm = z.object({
  /** Where its objects lie in the data; `@` stands for each item of a list. */
  path: z.string(),
  /** Objects that it concerns; 0 where no list or object was there. */
  rows: count,
  /** Representations that were sent: equal ones once. 0 for root fields. */
  sent: count,
  /** Objects that needed no representation of their own, because an equal one was sent. */
  deduplicated: count,
  /** Objects that were not asked for, because an input of theirs was not obtained. */
  held: count,
});

const requestForm = z.object({
  kind: z.literal('request'),
  subgraph: z.string(),
  /** Milliseconds since the operation began. */
  startedMs: milliseconds,
  ms: milliseconds,
  /** `SENT`; `SHARED`: an equal request of somebody with the same rights was under way; `NOT_NEEDED`: nothing to ask. */
  outcome: z.enum(['SENT', 'SHARED', 'NOT_NEEDED']),
  /** The code of the error that took the place of an answer. */
  failed: z.string().optional(),
  /** Several are one request. */
  fetches: z.array(fetchForm),
  schools: z.array(schoolForm).optional(),
});

/** One step of an explained plan. */
export type ExplainedNode =
  { kind: 'sequence' | 'parallel'; nodes: ExplainedNode[] } | z.output<typeof requestForm>;

const nodeForm: z.ZodType<ExplainedNode> = z.union([
  z.object({
    kind: z.enum(['sequence', 'parallel']),
    get nodes() {
      return z.array(nodeForm);
    },
  }),
  requestForm,
]);

/** How an answer came about, as `extensions.explain` has it. No values of variables, no data, no ids of persons. */
export const explanationForm = z.object({
  operation: z.string().nullable(),
  /** Whether plan and compilation were kept from before; else how long they took. */
  plan: z.object({ cached: z.boolean(), ms: milliseconds }),
  totalMs: milliseconds,
  requests: z.object({
    sent: count,
    shared: count,
    notNeeded: count,
    /** Fetches of the plan that went along in a request of another. */
    merged: count,
  }),
  /** Null where no subgraph had to be asked. */
  tree: nodeForm.nullable(),
});

/** See {@link explanationForm}. */
export type Explanation = z.output<typeof explanationForm>;

const reportForm = z.object({ schools: z.array(z.unknown()).max(10_000) });

/** A trace as a client may have it. */
export function explanationOf(trace: PlanTrace): Explanation {
  const requests = { sent: 0, shared: 0, notNeeded: 0, merged: 0 };
  const node = (one: TraceNode): ExplainedNode => {
    if (one.kind !== 'request') return { kind: one.kind, nodes: one.nodes.map(node) };
    const explained = explainedRequest(one);
    if (explained.outcome === 'SENT') requests.sent += 1;
    else if (explained.outcome === 'SHARED') requests.shared += 1;
    else requests.notNeeded += 1;
    if (explained.outcome !== 'NOT_NEEDED') requests.merged += one.fetches.length - 1;
    return explained;
  };
  const tree = trace.root === undefined ? null : node(trace.root);
  return {
    operation: trace.operationName ?? null,
    plan: { cached: trace.cached, ms: rounded(trace.planningMs) },
    totalMs: rounded(trace.totalMs),
    requests,
    tree,
  };
}

function explainedRequest(trace: RequestTrace): z.output<typeof requestForm> {
  const schools = schoolsIn(trace.report);
  return {
    kind: 'request',
    subgraph: trace.subgraph,
    startedMs: rounded(trace.startedMs),
    ms: rounded(trace.endedMs - trace.startedMs),
    outcome: !trace.sent ? 'NOT_NEEDED' : trace.shared === true ? 'SHARED' : 'SENT',
    ...(trace.failed === undefined ? {} : { failed: trace.failed }),
    fetches: trace.fetches.map(({ path, rows, representations, held }) => ({
      path: path.map(withoutMark).join('.'),
      rows,
      sent: representations,
      deduplicated: representations === 0 ? 0 : Math.max(0, rows - held - representations),
      held,
    })),
    ...(schools === undefined ? {} : { schools }),
  };
}

/** A report comes from another process: of it nothing passes but what is known. */
function schoolsIn(report: unknown): z.output<typeof schoolForm>[] | undefined {
  const parsed = reportForm.safeParse(report);
  if (!parsed.success) return undefined;
  return parsed.data.schools.flatMap((one) => schoolForm.safeParse(one).data ?? []);
}

/**
 * Internal names end in a mark made of the field's arguments, see `engine/internal-names.ts`. An argument may be an
 * identity number, and from a short hash of a number the number can be found by trying.
 */
function withoutMark(name: string): string {
  return name.replace(/__(?:[0-9a-f]{12}|plain)$/, '');
}

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 100) / 100);
}
