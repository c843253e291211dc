import { CommandFailure } from '../../kit/base/command-line/command-failure.js';
import type { Ask } from './import-kind.js';

/** What a newer list says of one institution. */
interface Change {
  readonly moeCode: string;
  readonly before: { readonly name: string; readonly city: string | null } | null;
  readonly after: { readonly name: string; readonly city: string | null } | null;
  readonly successor: { readonly moeCode: string; readonly name: string; readonly reason: string } | null;
  readonly membership: { readonly memberCode: string; readonly state: string } | null;
}

interface ChangePage {
  readonly edges: readonly { readonly node: Change }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const kinds = {
  added: 'NEW',
  returned: 'RETURNED',
  renamed: 'RENAMED',
  moved: 'MOVED',
  gone: 'GONE',
  mergeCandidates: 'MERGE_CANDIDATE',
} as const;
type Kind = keyof typeof kinds;
const titles: Record<Kind, string> = {
  added: 'new',
  returned: 'back on the list',
  renamed: 'renamed',
  moved: 'other facts',
  gone: 'gone',
  mergeCandidates: 'gone, perhaps merged',
};

/** A newer list beside the roster, as a command needs it. */
export interface ComparedList {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly asOf: string;
  readonly previousAsOf: string;
  readonly counts: Readonly<Record<Kind | 'unchanged' | 'membersConcerned', number>>;
  /** The first changes of each kind. */
  readonly first: Readonly<Partial<Record<Kind, readonly Change[]>>>;
  /** The first changes that concern members. */
  readonly members: readonly Change[];
}

/** What was decided of an institution that a newer list does not have. */
export interface Decision {
  readonly moeCode: string;
  readonly decision: string;
  readonly successorMoeCode?: string;
}

const changeFields =
  'edges { node { moeCode before { name city } after { name city } successor { moeCode name reason } membership { memberCode state } } } pageInfo { hasNextPage endCursor }';

/** Reads what an import compared; undefined where it compared nothing. */
export async function readComparison(ask: Ask, importId: string): Promise<ComparedList | undefined> {
  const lists = Object.entries(kinds)
    .map(([alias, kind]) => `${alias}: changes(filter: { kinds: [${kind}] }, first: 5) { ${changeFields} }`)
    .join(' ');
  const { rosterImport } = await ask<{
    rosterImport: {
      comparison: (Omit<ComparedList, 'first' | 'members'> & Record<Kind | 'members', ChangePage>) | null;
    };
  }>(
    `query ComparedList($id: ID!) { rosterImport(id: $id) { comparison {
       id version state asOf previousAsOf
       counts { added returned renamed moved gone mergeCandidates unchanged membersConcerned }
       ${lists} members: changes(filter: { member: true }, first: 20) { ${changeFields} } } } }`,
    { id: importId },
  );
  const found = rosterImport.comparison;
  if (found === null) return undefined;
  const nodes = ({ edges }: ChangePage) => edges.map(({ node }) => node);
  const first = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, nodes(found[kind as Kind])]));
  return { ...found, first, members: nodes(found.members) };
}

/** What a newer list would change, in plain words: how much, the first of each kind, the members that it concerns. */
export function comparisonLines({ asOf, previousAsOf, counts, first, members }: ComparedList): string[] {
  const lines = [`list of ${asOf}, compared with that of ${previousAsOf}`];
  for (const kind of Object.keys(kinds) as Kind[]) {
    if (counts[kind] === 0) continue;
    lines.push(`${titles[kind]}: ${counts[kind].toLocaleString('en')}`);
    const shown = first[kind] ?? [];
    for (const change of shown) lines.push(`  ${changeText(change)}`);
    if (counts[kind] > shown.length) lines.push('  …');
  }
  if (counts.membersConcerned > 0) {
    lines.push(`members concerned, whose memberships stay as they are: ${counts.membersConcerned}`);
    for (const change of members)
      lines.push(`  ${change.membership?.memberCode} ${change.membership?.state} ${changeText(change)}`);
  }
  return lines;
}

function changeText({ moeCode, before, after, successor }: Change): string {
  const place = ({ name, city }: NonNullable<Change['before']>) => `${name} (${city ?? '–'})`;
  const from = before === null ? '' : place(before);
  const to = after === null ? '' : place(after);
  const change = [from, to].filter((text) => text !== '').join(' -> ');
  const guess = successor === null ? '' : ` -> ${successor.name} ${successor.moeCode}? ${successor.reason}`;
  return `${moeCode} ${change}${guess}`;
}

/** What the comparison proposes for each institution that is gone; a person looks through it before it is applied. */
export async function proposedDecisions(ask: Ask, { id }: ComparedList): Promise<Decision[]> {
  const decisions: Decision[] = [];
  let after: string | null = null;
  do {
    const answer: { rosterComparison: { changes: ChangePage } } = await ask(
      `query GoneInstitutions($id: ID!, $after: String) { rosterComparison(id: $id) {
         changes(filter: { kinds: [GONE, MERGE_CANDIDATE] }, first: 100, after: $after) { ${changeFields} } } }`,
      { id, after },
    );
    const { edges, pageInfo } = answer.rosterComparison.changes;
    for (const { node } of edges)
      decisions.push(
        node.successor === null
          ? { moeCode: node.moeCode, decision: 'GONE' }
          : { moeCode: node.moeCode, decision: 'MERGED_INTO', successorMoeCode: node.successor.moeCode },
      );
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return decisions;
}

/** Decisions as lines of `code,decision,successor`. */
export function decisionsText(decisions: readonly Decision[]): string {
  return decisions
    .map(({ moeCode, decision, successorMoeCode }) => `${moeCode},${decision},${successorMoeCode ?? ''}\n`)
    .join('');
}

const line = /^(\d{10}),(MERGED_INTO|GONE|KEEP),(\d{10})?$/;

/**
 * Reads what {@link decisionsText} wrote and a person has looked through.
 * @throws CommandFailure naming the first line that is none
 */
export function parseDecisions(text: string): Decision[] {
  return text.split(/\r?\n/).flatMap((written, place) => {
    if (written.trim() === '') return [];
    const [, moeCode, decision, successorMoeCode] = line.exec(written.trim()) ?? [];
    if (moeCode === undefined || decision === undefined)
      throw new CommandFailure(
        `Line ${place + 1} of the decisions should be like 4164013325,MERGED_INTO,4164010749 or 4164013325,GONE,`,
      );
    return [{ moeCode, decision, ...(successorMoeCode === undefined ? {} : { successorMoeCode }) }];
  });
}

/**
 * Applies a comparison.
 * @throws CommandFailure when it is refused, with what to do
 */
export async function applyComparison(
  ask: Ask,
  { id, version }: ComparedList,
  confirmations: readonly Decision[],
): Promise<void> {
  await ask(
    `mutation ApplyList($input: ApplyRosterComparisonInput!) {
       applyRosterComparison(input: $input) { rosterComparison { id } userErrors { code message } }
     }`,
    {
      input: {
        comparisonId: id,
        expectedVersion: version,
        confirmations,
        idempotencyKey: `apply-${id}-${version}`,
      },
    },
  );
}
