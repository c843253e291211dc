/**
 * The last day of a deadline: so many calendar days after the day of entry, which itself does not count
 * (Civil Code of the PRC art. 201).
 *
 * @param date a legal date, `YYYY-MM-DD`
 * @param days calendar days; 0 is the end of the same day
 */
export function dueDateAfter(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/**
 * The instant at which a legal day in Asia/Shanghai is over (24:00 local time; Civil Code of the PRC art. 203).
 * China has kept UTC+8 without summer time since 1992; deadlines of this house are younger.
 */
export function endOfLegalDay(date: string): Date {
  return new Date(`${dueDateAfter(date, 1)}T00:00:00+08:00`);
}
