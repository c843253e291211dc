import '../../kit/base/needs-node.js';
import { defineCommand } from 'citty';
import { explanationText } from '../../../gateway/explain/explanation-text.js';
import { runCommandLine } from '../../kit/base/command-line/run-command-line.js';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import { allianceAtHand } from './alliance-at-hand.js';
import { explainOperation, operationNamed, variablesIn } from './explain-operation.js';

const command = defineCommand({
  meta: {
    name: 'explain',
    description:
      'Runs an operation and prints how it was answered: its plan with times, rows, requests that were shared or merged, and the schools that were asked. A mutation is done, too.',
  },
  args: {
    operation: {
      type: 'positional',
      description: 'A file with the operation, or the SHA-256 of a registered or stored one.',
      required: true,
    },
    variables: { type: 'string', description: 'A JSON file with the variables.' },
    name: { type: 'string', description: 'Which operation of the file, where it has several.' },
    url: {
      type: 'string',
      description: 'The alliance; AMRLO_URL, or the one that runs over DATA_DIR, by default.',
    },
    token: { type: 'string', description: "Access token; AMRLO_TOKEN or the demo secretariat's by default." },
  },
  async run({ args }) {
    const folder = process.env['INIT_CWD'] ?? '';
    const operation = await operationNamed(args.operation, folder);
    const variables = args.variables === undefined ? {} : await variablesIn(args.variables, folder);
    const settings = loadSettings('command', { env: process.env });
    const alliance = await allianceAtHand({
      url: args.url ?? settings.AMRLO_URL,
      token: args.token ?? settings.AMRLO_TOKEN,
      settings,
      env: process.env,
      say: (text) => process.stderr.write(`${text}\n`),
    });
    try {
      const { explanation, faults } = await explainOperation(alliance, operation, {
        variables,
        operationName: args.name,
      });
      process.stdout.write(explanationText(explanation));
      for (const fault of faults) process.stderr.write(`${fault}\n`);
    } finally {
      await alliance.stop();
    }
  },
});

process.exitCode = await runCommandLine(command, process.argv.slice(2));
