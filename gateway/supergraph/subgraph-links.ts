import type { Link, LinkCall } from '../../subgraphs/kit/base/link/link-call.js';

/** The subgraphs of one graph, as long as something runs on it. */
export interface LinkLease {
  /** Reaches the subgraphs of that graph at its addresses. */
  readonly link: Link;
  /** Ends the lease; what no other graph reaches is closed. */
  release(): void;
}

/** The ways to the subgraphs of the graph that serves and of those before it that still have requests to end. */
export interface SubgraphLinks {
  /** The way to the subgraphs of the graph that serves. */
  readonly current: Pick<Link, 'call' | 'state'>;
  /** Where a subgraph of the graph that serves answers. */
  urlOf(subgraph: string): string | undefined;
  /** @param endpoints the address of each subgraph by its name */
  lease(endpoints: ReadonlyMap<string, string>): LinkLease;
  /** The graph of this lease serves from now on. */
  serve(lease: LinkLease): void;
  close(): Promise<void>;
}

interface Held {
  readonly link: Link;
  leases: number;
}

/**
 * A subgraph that has the same address in two graphs keeps its connections, its breaker and its record of having
 * answered; one that moved is another subgraph, and an answer of the one is never shared with a question to the other.
 * @param open makes the link to one subgraph
 */
export function createSubgraphLinks(
  open: (subgraph: string, url: string) => Link,
  closingFailed: (error: unknown) => void,
): SubgraphLinks {
  const held = new Map<string, Held>();
  const endpointsOf = new WeakMap<LinkLease, ReadonlyMap<string, string>>();
  let serving: LinkLease | undefined;

  function drop(key: string): void {
    const one = held.get(key);
    if (one === undefined || (one.leases -= 1) > 0) return;
    held.delete(key);
    one.link.close().catch(closingFailed);
  }

  function lease(endpoints: ReadonlyMap<string, string>): LinkLease {
    const keys: string[] = [];
    const links = new Map<string, Link>();
    for (const [subgraph, url] of endpoints) {
      const key = `${subgraph}\n${url}`;
      let one = held.get(key);
      if (one === undefined) held.set(key, (one = { link: open(subgraph, url), leases: 0 }));
      one.leases += 1;
      keys.push(key);
      links.set(subgraph, one.link);
    }
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      for (const key of keys) drop(key);
    };
    const made: LinkLease = {
      release,
      link: {
        call: (call) => linkTo(links, call).call(call),
        state: () => [...links.values()].flatMap((link) => link.state()),
        close: async () => release(),
      },
    };
    endpointsOf.set(made, new Map(endpoints));
    return made;
  }

  const serves = (): LinkLease => {
    if (serving === undefined) throw new Error('No graph serves yet.');
    return serving;
  };
  return {
    current: {
      call: async (call) => serves().link.call(call),
      state: () => serving?.link.state() ?? [],
    },
    urlOf: (subgraph) => serving && endpointsOf.get(serving)?.get(subgraph),
    lease,
    serve(next) {
      serving = next;
    },
    async close() {
      const links = [...held.values()].map(({ link }) => link);
      held.clear();
      await Promise.all(links.map((link) => link.close()));
    },
  };
}

function linkTo(links: ReadonlyMap<string, Link>, { subgraph }: LinkCall): Link {
  const link = links.get(subgraph);
  if (link === undefined) throw new Error(`The graph has no subgraph named ${subgraph}.`);
  return link;
}
