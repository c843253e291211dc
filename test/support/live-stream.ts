/** A result of a live query as it came over server-sent events. */
export interface LiveResult {
  // Tests look into results of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data?: any;
  readonly errors?: readonly unknown[];
}

/** A live query that listens. */
export interface LiveStream extends AsyncDisposable {
  readonly results: AsyncIterator<LiveResult>;
}

/** Subscribes over server-sent events. @throws Error when the subscription is refused */
export async function listen(
  url: string,
  headers: Readonly<Record<string, string>>,
  query: string,
  variables: Record<string, unknown>,
): Promise<LiveStream> {
  const controller = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: controller.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`Refused: ${await response.text()}`);
  return {
    results: resultsIn(response.body),
    async [Symbol.asyncDispose]() {
      controller.abort();
    },
  };
}

/** The first result that fits. @throws Error after 20 s, naming the last one that came */
export async function until(stream: LiveStream, fits: (result: LiveResult) => boolean): Promise<LiveResult> {
  let last: LiveResult | undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Nothing fitting came; the last was ${JSON.stringify(last)}`)),
      20_000,
    );
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([stream.results.next(), late]);
      if (done === true) throw new Error(`The stream ended; the last was ${JSON.stringify(last)}`);
      last = value;
      if (fits(value)) return value;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function* resultsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveResult, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^event: next$/m.test(part) ? /^data: ?(.*)$/m.exec(part)?.[1] : undefined;
      if (data) yield JSON.parse(data) as LiveResult;
    }
  }
}
