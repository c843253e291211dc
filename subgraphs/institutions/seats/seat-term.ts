/** How long a seat is held unless said otherwise, in years (charter art. 13 to 15: terms of two years). */
export const termYears = 2;

/** How many days before its end a seat begins to wait for the secretariat [P]. */
export const expiryWarningDays = 90;

const day = 86_400_000;

/** The end of a term (half-open) that begins at an instant: the same instant so many years later, 29 February as 1 March. */
export function endOfTerm(from: Date, years = termYears): Date {
  const end = new Date(from);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end;
}

/** When a seat begins to wait for its renewal or its end: some days before, but not before it begins. */
export function expiryWarningAt(from: Date, to: Date): Date {
  return new Date(Math.max(from.getTime(), to.getTime() - expiryWarningDays * day));
}

/** Whether a half-open interval contains an instant. */
export function isInForce(interval: { validFrom: Date; validTo: Date }, at: Date): boolean {
  return interval.validFrom <= at && at < interval.validTo;
}
