import '../subgraphs/kit/base/needs-node.js';
import { settingsOrExit } from '../subgraphs/kit/base/config/settings-or-exit.js';
import { createLogger } from '../subgraphs/kit/base/log.js';
import { endOnSignals, exitWithSentence } from '../subgraphs/kit/base/process-end.js';
import { startStandaloneGateway } from './standalone.js';
import { takeSubgraphFlags } from './subgraph-urls.js';

const boot = createLogger({ level: 'silent', name: 'gateway' });
try {
  const { urls, rest } = takeSubgraphFlags(process.argv.slice(2));
  const settings = settingsOrExit('gateway', { env: process.env, argv: rest });
  const log = createLogger({ level: settings.LOG_LEVEL, name: 'gateway' });
  const gateway = await startStandaloneGateway(settings, urls, log);
  // A terminal that is closed sends this signal too, and what was started from it is then to end.
  if (!process.stdin.isTTY) process.on('SIGHUP', () => void gateway.lookAgain());
  endOnSignals(gateway.stop, log);
  // Last, because whoever reads it may send a signal at once.
  log.info({ url: `${gateway.url}/graphql` }, 'ready');
} catch (error) {
  exitWithSentence(error, boot);
}
