import { processKinds, roomNames } from './process-kinds.js';
import { calling, edge, listening, type SettingDefinition } from './setting-definition.js';
import { oneOf, onOff, text, url, wholeNumber } from './setting-values.js';

/** Settings of every process: where it listens, what it logs, where its other settings come from. */
export const processSettings = {
  PORT: {
    schema: wholeNumber(0, 65_535),
    default: '4000',
    description: 'Port to listen on; 0 picks a free one.',
    processes: listening,
  },
  HOST: {
    schema: text('a host name or an address'),
    default: '127.0.0.1',
    description: 'Address to listen on; 0.0.0.0 for every interface.',
    processes: listening,
  },
  DATA_DIR: {
    schema: text('the path of a folder'),
    default: '.data',
    description: 'Folder of the embedded PostgreSQL, local files and generated keys.',
    processes: ['alliance', 'gateway', ...roomNames, 'records', 'command'],
  },
  LOG_LEVEL: {
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    default: 'info',
    description: 'Least important log line that is written.',
    processes: processKinds,
  },
  NODE_ENV: {
    schema: oneOf(['development', 'production', 'test']),
    default: 'development',
    description: 'In production: no development issuer, no demo, no introspection, no explorer.',
    processes: processKinds,
  },
  AMRLO_CONFIG: {
    schema: text('the path of a JSON file'),
    description: 'JSON file of settings by name; flags and the environment come first.',
    processes: processKinds,
  },
  AMRLO_PUBLIC_URL: {
    schema: url(['http', 'https']),
    description:
      "How clients reach the gateway; upload and download links begin with it. Without it they are paths, relative to the gateway's address.",
    processes: calling,
  },
  AMRLO_METRICS: {
    schema: onOff(),
    description:
      'Answers /metrics on the port that clients reach; by default on outside production, off in it. Let only your monitoring reach it.',
    processes: edge,
  },
  AMRLO_URL: {
    schema: url(['http', 'https']),
    description: 'The alliance that a command talks to; by default http://127.0.0.1:4000.',
    processes: ['command'],
  },
  AMRLO_TOKEN: {
    schema: text('an access token'),
    secret: true,
    description:
      "Access token of a command; by default the demo secretariat's, where the alliance is a demo.",
    processes: ['command'],
  },
  AMRLO_DEMO: {
    schema: onOff(),
    description:
      'Demo alliance and its people; by default on with the embedded PostgreSQL outside production.',
    processes: ['alliance'],
  },
  AMRLO_DRAIN_MS: {
    schema: wholeNumber(0, 600_000, 'milliseconds'),
    default: '10000',
    description: 'Longest wait for running requests when the process is told to stop.',
    processes: listening,
  },
} as const satisfies Record<string, SettingDefinition>;
