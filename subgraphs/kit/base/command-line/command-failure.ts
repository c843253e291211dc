/** How a command ends. */
export const exitCodes = {
  done: 0,
  /** What was asked for could not be done, or was done and failed. */
  failed: 1,
  /** The command was not understood; nothing was tried. */
  misused: 2,
} as const;

/** Why a command ends early; the message is one sentence for the person at the terminal. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}
