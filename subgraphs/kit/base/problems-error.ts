/**
 * Several things that are wrong with one input, one sentence each, ready for a terminal: all of them are shown there.
 * Of any other error only the first line is, because what follows may be a stack or a statement.
 */
export class ProblemsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.name = 'ProblemsError';
    this.problems = problems;
  }
}
