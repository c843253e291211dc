/** The longest student number of any school, and of whatever else is a key of one part. */
const longestKey = 64;

/**
 * Whether a value can be a key of something at a school: a text of bounded length, without control characters and
 * halves of characters. Databases refuse such texts in ways that look like a failure of the school.
 */
export function isPossibleKey(value: unknown, longest = longestKey): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= longest &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value)
  );
}
