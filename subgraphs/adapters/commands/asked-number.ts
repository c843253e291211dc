import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';

/**
 * A number that a flag asks for.
 * @throws CommandFailure with one sentence, when it is no whole number within these bounds
 */
export function askedNumber(
  flag: string,
  text: string,
  { least, most, unit = '' }: { readonly least: number; readonly most: number; readonly unit?: string },
): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new CommandFailure(
    `${flag} must be a whole number${unit === '' ? '' : ` of ${unit}`} from ${least} to ${most}, not ${JSON.stringify(text.slice(0, 40))}.`,
    exitCodes.misused,
  );
}
