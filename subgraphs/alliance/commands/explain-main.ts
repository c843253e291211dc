import '../../kit/base/needs-node.js';
import { defineCommand } from 'citty';
import { explanationText } from '../../../gateway/explain/explanation-text.js';
import { runCommandLine } from '../../kit/base/command-line/run-command-line.js';
import { allianceArgs, allianceOf } from './alliance-args.js';
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
    ...allianceArgs,
  },
  async run({ args }) {
    const folder = process.env['INIT_CWD'] ?? '';
    const operation = await operationNamed(args.operation, folder);
    const variables = args.variables === undefined ? {} : await variablesIn(args.variables, folder);
    const alliance = await allianceOf(args, process);
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
