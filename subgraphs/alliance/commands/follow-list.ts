import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandFailure } from '../../kit/base/command-line/command-failure.js';
import type { Ask } from './import-kind.js';
import {
  applyComparison,
  comparisonLines,
  decisionsText,
  parseDecisions,
  proposedDecisions,
  readComparison,
  type ComparedList,
} from './roster-comparison.js';

/** What a person wants done with a newer list. */
export interface ListOrder {
  /** The folder that file names are relative to. */
  readonly folder: string;
  readonly apply?: boolean | undefined;
  /** File of decisions about the institutions that are gone. */
  readonly decisions?: string | undefined;
  /** File to write proposed decisions to. */
  readonly proposals?: string | undefined;
}

/**
 * Shows what an imported list would change, where it was only compared, and applies it where that was asked for.
 * @throws CommandFailure when it cannot be applied, with what to do
 */
export async function followList(ask: Ask, importId: string, order: ListOrder): Promise<void> {
  const compared = await readComparison(ask, importId);
  if (compared === undefined) return;
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  for (const line of comparisonLines(compared)) say(`  ${line}`);
  if (compared.state !== 'COMPARED') {
    say(`This comparison is ${compared.state.toLowerCase()}; --again compares the list once more.`);
    return;
  }
  if (order.proposals !== undefined) {
    await writeNew(order.folder, order.proposals, decisionsText(await proposedDecisions(ask, compared)));
    say(`The proposed decisions are in ${order.proposals}; look through them.`);
  }
  if (order.apply !== true) {
    say(`Nothing was applied; ${howToApply(compared)}.`);
    return;
  }
  const { decisions } = order;
  await applyComparison(
    ask,
    compared,
    decisions === undefined ? [] : await decisionsIn(order.folder, decisions),
  );
  say(`The list of ${compared.asOf} was applied.`);
}

function howToApply({ counts }: ComparedList): string {
  return counts.gone + counts.mergeCandidates === 0
    ? 'the same command with --apply does it'
    : '--proposals FILE writes a decision for each institution that is gone, --apply --decisions FILE applies them with the list';
}

async function decisionsIn(folder: string, path: string) {
  const text = await readFile(resolve(folder, path), 'utf8').catch((cause: Error) => {
    throw new CommandFailure(`The decisions ${path} cannot be read: ${cause.message}.`, undefined, { cause });
  });
  return parseDecisions(text);
}

/** Never over a file that is there: a person may have worked on it. */
async function writeNew(folder: string, path: string, text: string): Promise<void> {
  await writeFile(resolve(folder, path), text, { flag: 'wx' }).catch((cause: Error) => {
    throw new CommandFailure(`The proposals ${path} cannot be written: ${cause.message}.`, undefined, {
      cause,
    });
  });
}
