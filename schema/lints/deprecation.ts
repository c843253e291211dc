import { Kind, parse, visit, type ConstDirectiveNode } from 'graphql';
import type { Finding, SubgraphSdls } from './finding.js';
import { textArgument } from './type-shapes.js';

/** The removal date in a reason of `@deprecated`, `YYYY-MM-DD`, or undefined where there is none. */
export function removalDate(reason: string): string | undefined {
  const date = /\b\d{4}-\d{2}-\d{2}\b/.exec(reason)?.[0];
  if (date === undefined) return undefined;
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date) ? date : undefined;
}

/** Whatever is deprecated says until when it stays and what to use instead (convention 14). */
export function lintDeprecation(sdls: SubgraphSdls): Finding[] {
  const findings: Finding[] = [];
  for (const [subgraph, sdl] of Object.entries(sdls)) {
    const path: string[] = [];
    visit(parse(sdl), {
      enter(node) {
        if ('name' in node && node.name !== undefined && node.kind !== Kind.DIRECTIVE)
          path.push(node.name.value);
        if (node.kind === Kind.DIRECTIVE && node.name.value === 'deprecated') {
          const problem = problemOf(node as ConstDirectiveNode);
          if (problem !== undefined) findings.push({ subgraph, at: path.join('.'), problem });
        }
      },
      leave(node) {
        if ('name' in node && node.name !== undefined && node.kind !== Kind.DIRECTIVE) path.pop();
      },
    });
  }
  return findings;
}

function problemOf(directive: ConstDirectiveNode): string | undefined {
  const reason = textArgument(directive, 'reason');
  const advice = 'write @deprecated(reason: "Use x instead; removed on YYYY-MM-DD.").';
  if (reason === undefined) return `is deprecated without a reason; ${advice}`;
  return removalDate(reason) === undefined ? `is deprecated without a removal date; ${advice}` : undefined;
}
