import path from 'node:path';

/** The path of a real data file, which does not travel with a clone: its tests are skipped where it is absent. */
export function sharedData(file: string): string {
  const folder = process.env['AMRLO_SHARED_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
  return path.join(folder, file);
}
