import '../kit/base/needs-node.js';
import { settingsOrExit } from '../kit/base/config/settings-or-exit.js';
import { createLogger } from '../kit/base/log.js';
import { endOnSignals, exitWithSentence } from '../kit/base/process-end.js';
import { startAlliance } from './alliance.js';
import { banner } from './banner.js';
import { loadDemo } from './demo/load-demo.js';

const settings = settingsOrExit('alliance');
const log = createLogger({ level: settings.LOG_LEVEL, name: 'alliance' });
try {
  const alliance = await startAlliance(settings, log);
  endOnSignals(alliance.stop, log);
  const { issuer } = alliance;
  if (alliance.demo && issuer !== undefined) {
    await loadDemo({ url: alliance.url, issuer });
  }
  process.stdout.write(await banner(alliance, settings));
} catch (error) {
  exitWithSentence(error, log);
}
