/** Asks the running alliance as one person, the way every client does. */
export interface GraphClient {
  /** @throws GraphRefusal when the answer has errors, or a mutation that selects `userErrors` was refused */
  ask<T>(token: string, query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Sends a file to a one-time address. @throws Error with the refusal's `code` */
  upload(url: string, bytes: Uint8Array): Promise<void>;
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** The graph refused, or could not answer. */
export class GraphRefusal extends Error {
  /** Stable codes of the error catalogue. */
  readonly codes: readonly string[];

  constructor(message: string, codes: readonly string[]) {
    super(message);
    this.name = 'GraphRefusal';
    this.codes = codes;
  }
}

/** A client of the graph at a base address such as `http://127.0.0.1:4000`. */
export function createGraphClient(baseUrl: string): GraphClient {
  return {
    async ask<T>(token: string, query: string, variables: Record<string, unknown> = {}) {
      const response = await fetch(`${baseUrl}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'accept-language': 'en',
        },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as Answer;
      const faults =
        answer.errors?.map(({ message, extensions }) => ({ message, code: extensions?.code ?? '' })) ??
        refusals(answer.data);
      if (faults[0] !== undefined || !answer.data) {
        const message =
          faults.map((fault) => fault.message).join(' ') || `The graph answered ${response.status}.`;
        throw new GraphRefusal(
          message,
          faults.map((fault) => fault.code),
        );
      }
      return answer.data as T;
    },
    async upload(url, bytes) {
      const response = await fetch(new URL(url, baseUrl), {
        method: 'PUT',
        headers: { 'accept-language': 'en' },
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      if (!response.ok) {
        const { code, message } = (await response.json().catch(() => ({}))) as {
          code?: string;
          message?: string;
        };
        throw Object.assign(new Error(message ?? `The upload was answered with ${response.status}.`), {
          code,
        });
      }
    },
  };
}

function refusals(data: Answer['data']): { message: string; code: string }[] {
  return Object.values(data ?? {}).flatMap((payload) =>
    typeof payload === 'object' && payload !== null && 'userErrors' in payload
      ? (payload.userErrors as { message: string; code?: string }[]).map(({ message, code = '' }) => ({
          message,
          code,
        }))
      : [],
  );
}
