/** The line of a PostgreSQL program's output that tells the cause: the last ones only tell that it cleans up. */
export function causeIn(output: readonly string[]): string {
  const lines = output.map((line) => line.trim()).filter((line) => line !== '');
  return (
    lines.find((line) => /\b(FATAL|PANIC|ERROR|error|could not|cannot)\b/.test(line)) ?? lines.at(-1) ?? ''
  );
}
