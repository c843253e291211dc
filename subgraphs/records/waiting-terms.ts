import type { FieldNode } from 'graphql';
import { selectedFields, type SelectionScope } from './selection.js';
import type { EntityRoot } from './operation.js';

/** How old a copy a reader accepts and how long it waits. */
export interface WaitingTerms {
  /** Milliseconds; undefined: the router's usual age. */
  readonly maxAgeMs: number | undefined;
  /** Milliseconds; undefined: as long as the request's budget lasts. */
  readonly waitMs: number | undefined;
}

/** The terms of a root's `results(maxAge:, waitMs:)`: the strictest where several are given. Negative counts as 0. */
export function waitingTerms(root: EntityRoot, scope: SelectionScope): WaitingTerms {
  let maxAge: number | undefined;
  let waitMs: number | undefined;
  for (const nodes of selectedFields(root.selections, 'StudentRecord', scope).values()) {
    for (const node of nodes) {
      if (node.name.value !== 'results') continue;
      maxAge = strictest(maxAge, intArgument(node, 'maxAge', scope));
      waitMs = strictest(waitMs, intArgument(node, 'waitMs', scope));
    }
  }
  return { maxAgeMs: maxAge === undefined ? undefined : maxAge * 1000, waitMs };
}

function strictest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function intArgument(node: FieldNode, name: string, { variables }: SelectionScope): number | undefined {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === 'IntValue') return Math.max(0, Number(value.value));
  const given = value?.kind === 'Variable' ? variables[value.name.value] : undefined;
  return typeof given === 'number' ? Math.max(0, given) : undefined;
}
