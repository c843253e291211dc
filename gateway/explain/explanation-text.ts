import type { ExplainedNode, Explanation } from './explanation.js';

/** An explanation for a terminal: the figures in two lines, then the plan as a tree. */
export function explanationText(explanation: Explanation): string {
  const { operation, plan, totalMs, requests, tree } = explanation;
  const planned = plan.cached ? 'plan kept' : `planned in ${plan.ms} ms`;
  const figures = [
    `${requests.sent} sent`,
    `${requests.shared} shared`,
    `${requests.notNeeded} not needed`,
    `${requests.merged} merged into another`,
  ];
  return [
    `${operation ?? '(unnamed)'}: ${totalMs} ms, ${planned}`,
    `requests: ${figures.join(', ')}`,
    ...(tree === null ? ['no subgraph was asked'] : linesOf(tree)),
    '',
  ].join('\n');
}

function linesOf(node: ExplainedNode): string[] {
  if (node.kind !== 'request') {
    const last = node.nodes.length - 1;
    return [
      node.kind,
      ...node.nodes.flatMap((one, index) =>
        linesOf(one).map((line, at) => {
          if (at === 0) return `${index === last ? '└─ ' : '├─ '}${line}`;
          return `${index === last ? '   ' : '│  '}${line}`;
        }),
      ),
    ];
  }
  const { subgraph, startedMs, ms, outcome, failed, fetches, schools = [] } = node;
  const notes = [
    subgraph,
    outcome === 'NOT_NEEDED' ? 'not needed' : `at ${startedMs} ms for ${ms} ms`,
    ...(outcome === 'SHARED' ? ['shared'] : []),
    ...(failed === undefined ? [] : [failed]),
  ];
  return [
    notes.join(', '),
    ...fetches.map(({ path, rows, sent, deduplicated, held }) => {
      const figures = [
        `${rows} rows`,
        ...(sent === 0 ? [] : [`${sent} sent`]),
        ...(deduplicated === 0 ? [] : [`${deduplicated} the same`]),
        ...(held === 0 ? [] : [`${held} held back`]),
      ];
      return `   ${path === '' ? '(root)' : path}: ${figures.join(', ')}`;
    }),
    ...schools.map(({ institutionId, ms: took, asked, rows, copies, failed: code }) => {
      const figures = [`${rows} rows`, asked ? 'asked' : 'not asked', `${copies} from copies`, `${took} ms`];
      return `   school ${institutionId}: ${[...figures, ...(code === undefined ? [] : [code])].join(', ')}`;
    }),
  ];
}
