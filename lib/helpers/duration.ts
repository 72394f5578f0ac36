/**
 * Durations as people type them: `90s`, `30m`, `2h`, `1d`, or together, `1h30m`. Pure.
 *
 * @module
 */

const UNITS = [["d", 86_400], ["h", 3_600], ["m", 60], ["s", 1]] as const;
const DURATION = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/;

/** The seconds that `text` stands for; undefined when it is no duration, or one of no length. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const seconds = UNITS.reduce((sum, [, unit], at) => sum + Number(match[at + 1] ?? 0) * unit, 0);
  return seconds > 0 ? seconds : undefined;
}

/** How long so many seconds are, to the two largest units: `1h 30m`, `45s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts = UNITS.flatMap(([name, unit]) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count === 0 ? [] : [`${count}${name}`];
  });
  return parts.length === 0 ? "0s" : parts.slice(0, 2).join(" ");
}
