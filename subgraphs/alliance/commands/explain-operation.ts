import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explainHeader } from '../../../gateway/explain/explain-rights.js';
import { explanationForm, type Explanation } from '../../../gateway/explain/explanation.js';
import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';

/** What is to be explained: a text, or the hash of a registered or stored operation. */
export type OperationToExplain = { readonly query: string } | { readonly hash: string };

/** How an operation was answered. */
export interface ExplainedAnswer {
  readonly explanation: Explanation;
  /** The codes of the answer's errors, each with the place that it concerns. */
  readonly faults: readonly string[];
}

/**
 * Reads what a command names: a file with an operation, or a hash in lower-case hex where there is no such file.
 * @throws CommandFailure
 */
export async function operationNamed(named: string, folder: string): Promise<OperationToExplain> {
  try {
    return { query: await readFile(resolve(folder, named), 'utf8') };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && /^[0-9a-f]{64}$/.test(named)) return { hash: named };
    throw new CommandFailure(
      `${named} is neither a file that can be read nor the SHA-256 of an operation (${code ?? 'unknown reason'}).`,
      exitCodes.failed,
      { cause },
    );
  }
}

/** @throws CommandFailure where the file is no JSON object */
export async function variablesIn(file: string, folder: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(resolve(folder, file), 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CommandFailure(
      `${file} ${code === undefined ? 'is no JSON' : `cannot be read: ${code}`}.`,
      exitCodes.failed,
      { cause },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandFailure(`${file} does not hold an object of variables.`);
  return value as Record<string, unknown>;
}

interface Answer {
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
  readonly extensions?: { readonly explain?: unknown };
}

/**
 * Runs the operation as the holder of the token and gives how that went.
 * @throws CommandFailure where nothing was run, or the holder may not see how
 */
export async function explainOperation(
  alliance: { readonly url: string; readonly token: string },
  operation: OperationToExplain,
  options: { variables: Record<string, unknown>; operationName: string | undefined },
): Promise<ExplainedAnswer> {
  const { variables, operationName } = options;
  const named =
    'query' in operation
      ? operation
      : { extensions: { persistedQuery: { version: 1, sha256Hash: operation.hash } } };
  const answer = await ask(alliance, {
    ...named,
    variables,
    ...(operationName === undefined ? {} : { operationName }),
  });
  const explanation = explanationForm.safeParse(answer.extensions?.explain);
  if (explanation.success) {
    const faults = (answer.errors ?? []).map(
      ({ path = [], extensions }) => `${path.join('.') || '(operation)'}: ${extensions?.code ?? 'unknown'}`,
    );
    return { explanation: explanation.data, faults };
  }
  const [refusal] = answer.errors ?? [];
  throw new CommandFailure(
    refusal?.message ??
      'The answer came without its plan: only the secretariat and holders of the scope AMRLO_EXPLAIN_SCOPE may see it.',
  );
}

async function ask(
  { url, token }: { readonly url: string; readonly token: string },
  body: Record<string, unknown>,
): Promise<Answer> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': 'en',
        authorization: `Bearer ${token}`,
        [explainHeader]: 'plan',
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Answer;
  } catch (cause) {
    const what = cause instanceof SyntaxError ? 'does not answer like an alliance' : 'cannot be reached';
    throw new CommandFailure(`${url} ${what}.`, exitCodes.failed, { cause });
  }
}
