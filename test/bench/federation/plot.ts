import { perCoreSecond } from './federation-report.js';
import type { Measured } from './measure.js';

const rowHeight = 26;
const left = 330;
const width = 900;
const colours = { ours: '#1b6e53', gateway: '#7a8794', limit: '#c9b458' } as const;

/** The rates of one load per second of processor time as horizontal bars, in plain SVG; longest first, on a logarithmic scale. */
export function ratesPlot(load: Measured['load'], all: readonly Measured[], caption: string): string {
  const rows = all.filter((one) => one.load === load).toSorted((a, b) => perCoreSecond(b) - perCoreSecond(a));
  const [most, least] = [Math.max(...rows.map(perCoreSecond)), Math.min(...rows.map(perCoreSecond))];
  const [high, low] = [Math.ceil(Math.log10(most)), Math.floor(Math.log10(least))];
  const x = (value: number) =>
    left + ((Math.log10(value) - low) / Math.max(1, high - low)) * (width - left - 80);
  const height = 70 + rows.length * rowHeight;
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15">Requests per second of processor time, ${load} (logarithmic)</text>`,
    ...ticks.map(
      (tick) =>
        `<path d="M${x(tick).toFixed(1)} 34V${height - 30}" stroke="#dddddd"/><text x="${x(tick).toFixed(1)}" y="${height - 30 + 12}" font-size="11" text-anchor="middle" fill="#555555">${tick}</text>`,
    ),
    ...rows.map((row, index) => {
      const y = 38 + index * rowHeight;
      return [
        `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${escaped(row.contender)}</text>`,
        `<rect x="${left}" y="${y}" width="${(x(perCoreSecond(row)) - left).toFixed(1)}" height="${rowHeight - 6}" fill="${colours[row.what]}"/>`,
        `<text x="${(x(perCoreSecond(row)) + 6).toFixed(1)}" y="${y + 15}">${perCoreSecond(row).toFixed(perCoreSecond(row) < 100 ? 1 : 0)}</text>`,
      ].join('');
    }),
    `<text x="12" y="${height - 6}" font-size="11" fill="#555555">${escaped(caption)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
