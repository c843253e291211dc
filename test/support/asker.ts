/** An error as clients get it. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly [key: string]: unknown };
}

/** An answer of the graph over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  // Tests look into answers of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors: readonly AnswerError[];
  /** The codes of `errors`, in their order. */
  readonly codes: readonly string[];
  readonly headers: Headers;
}

/** Asks the graph over HTTP as one person. */
export interface Asker {
  /** Posts an operation. Refusals are in the payloads' `userErrors`. */
  ask(query: string, variables?: Record<string, unknown>): Promise<HttpAnswer>;
  /** The data of an operation that must succeed. @throws Error that names what was refused */
  // oxlint-disable-next-line typescript/no-explicit-any
  must(query: string, variables?: Record<string, unknown>): Promise<any>;
  /** The one payload of a mutation that selects `userErrors { code … }`. */
  mutate(
    mutation: string,
    inputType: string,
    input: Record<string, unknown>,
    selection?: string,
    // oxlint-disable-next-line typescript/no-explicit-any
  ): Promise<any>;
  /** The same person with other headers, for example another language. */
  with(headers: Readonly<Record<string, string>>): Asker;
  readonly headers: Readonly<Record<string, string>>;
}

/** An asker at a base address. */
export function createAsker(url: string, headers: Readonly<Record<string, string>>): Asker {
  const ask: Asker['ask'] = async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data = null, errors = [] } = (await response.json()) as {
      data?: unknown;
      errors?: AnswerError[];
    };
    const codes = errors.map((error) => error.extensions.code);
    return { status: response.status, data, errors, codes, headers: response.headers };
  };
  const must: Asker['must'] = async (query, variables) => {
    const { data, errors } = await ask(query, variables);
    if (errors.length > 0) throw new Error(`Refused: ${JSON.stringify(errors)}`);
    return data;
  };
  return {
    ask,
    must,
    async mutate(mutation, inputType, input, selection = '') {
      const text = `mutation ($input: ${inputType}!) {
        ${mutation}(input: $input) { ${selection} userErrors { code message path } }
      }`;
      return (await must(text, { input }))[mutation];
    },
    with: (more) => createAsker(url, { ...headers, ...more }),
    headers,
  };
}
