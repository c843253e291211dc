import { calling, edge, type SettingDefinition } from './setting-definition.js';
import { commaSeparated, onOff, text, url, wholeNumber } from './setting-values.js';

const subgraphUrl = url(['http', 'https']);

/**
 * How large an operation may be where nobody sets it: what ordinary clients never reach and a hostile one reaches at
 * once. Counted in levels, aliases, root fields and tokens.
 */
export const operationSize = { depth: 16, aliases: 30, rootFields: 20, tokens: 4_000 } as const;

/** Settings of the graph: where subgraphs are, and the limits on operations. */
export const graphSettings = {
  AMRLO_INSTITUTIONS_URL: {
    schema: subgraphUrl,
    description: 'Where the institutions subgraph answers when it is a process of its own.',
    processes: calling,
  },
  AMRLO_OUTCOMES_URL: {
    schema: subgraphUrl,
    description: 'Where the outcomes subgraph answers when it is a process of its own.',
    processes: calling,
  },
  AMRLO_LEARNERS_URL: {
    schema: subgraphUrl,
    description: 'Where the learners subgraph answers when it is a process of its own.',
    processes: calling,
  },
  AMRLO_AGREEMENTS_URL: {
    schema: subgraphUrl,
    description: 'Where the agreements subgraph answers when it is a process of its own.',
    processes: calling,
  },
  AMRLO_RECORDS_URL: {
    schema: subgraphUrl,
    description: 'Where the records router answers when it is a process of its own.',
    processes: calling,
  },
  AMRLO_SUPERGRAPH: {
    schema: text('the path of a file'),
    default: 'schema/supergraph.graphql',
    description:
      'The composed supergraph; a new one in its place is served without a restart, a broken one is not.',
    processes: ['gateway'],
  },
  AMRLO_SUPERGRAPH_POLL_MS: {
    schema: wholeNumber(0, 3_600_000, 'milliseconds'),
    default: '2000',
    description: 'How often the supergraph is looked at; 0 for only at SIGHUP.',
    processes: ['gateway'],
  },
  AMRLO_MAX_DEPTH: {
    schema: wholeNumber(1, 1_000, 'levels'),
    default: String(operationSize.depth),
    description: 'Deepest nesting of an operation.',
    processes: edge,
  },
  AMRLO_MAX_ALIASES: {
    schema: wholeNumber(0, 10_000),
    default: String(operationSize.aliases),
    description: 'Most aliases in one operation.',
    processes: edge,
  },
  AMRLO_MAX_ROOT_FIELDS: {
    schema: wholeNumber(1, 1_000),
    default: String(operationSize.rootFields),
    description: 'Most root fields in one operation.',
    processes: edge,
  },
  AMRLO_MAX_TOKENS: {
    schema: wholeNumber(1, 1_000_000),
    default: String(operationSize.tokens),
    description: 'Most tokens in one document.',
    processes: edge,
  },
  AMRLO_REQUEST_BUDGET_MS: {
    schema: wholeNumber(1, 600_000, 'milliseconds'),
    default: '10000',
    description: 'Time in which an operation is answered, with what was obtained by then.',
    processes: edge,
  },
  AMRLO_SUBGRAPH_TIMEOUT_MS: {
    schema: wholeNumber(1, 600_000, 'milliseconds'),
    default: '5000',
    description: 'Longest wait for one answer of one subgraph.',
    processes: calling,
  },
  AMRLO_SUBGRAPH_MAX_CONCURRENT: {
    schema: wholeNumber(1, 100_000),
    default: '256',
    description: 'Most requests in flight to one subgraph; more are refused at once.',
    processes: calling,
  },
  AMRLO_RATE_LIMIT_PER_MINUTE: {
    schema: wholeNumber(0, 10_000_000),
    default: '1200',
    description: 'Operations a minute for one subject or address; 0 for no limit.',
    processes: edge,
  },
  AMRLO_SAFELIST: {
    schema: onOff(),
    default: 'off',
    description: 'On: only registered operations are answered.',
    processes: edge,
  },
  AMRLO_CORS_ORIGINS: {
    schema: commaSeparated(url(['http', 'https'])),
    description: 'Origins of portals on other sites whose pages may ask the graph, separated by commas.',
    processes: edge,
  },
} as const satisfies Record<string, SettingDefinition>;
