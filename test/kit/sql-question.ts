import { checkQuestion } from '../../subgraphs/adapters/drivers/sql/statement-check.js';

/** What a question of a school may name in the tests of statements. */
export const rules = { schemas: ['base'], holes: ['schema', 'keys'], identities: false };

/** Checks a question by these rules. @throws StatementFault */
export const check = (text: string) => checkQuestion(text, rules);
