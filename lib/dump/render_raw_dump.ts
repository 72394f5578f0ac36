/**
 * The raw dump: every key under `/hm/` with its time to live and its value, JSON laid out (CLI-11). Pure.
 *
 * @module
 */

/** One key of the store. */
export interface RawRecord {
  readonly key: string;
  readonly value: string;
  /** Seconds left; undefined for a key that stays. */
  readonly ttlSeconds: number | undefined;
}

/** The raw dump, one line an element, in the order given. */
export function renderRawDump(records: readonly RawRecord[], now: number): string[] {
  return [
    `Raw Dump - Current timestamp ${now}`,
    ...records.flatMap(({ key, value, ttlSeconds }) => [
      `${key} [TTL:${ttlSeconds === undefined ? "∞" : `${ttlSeconds}s`}]:`,
      ...layOut(value).map((line) => `    ${line}`),
      "",
    ]),
  ];
}

function layOut(value: string): string[] {
  if (!/^[[{]/.test(value)) return [value];
  try {
    return JSON.stringify(JSON.parse(value), null, 2).split("\n");
  } catch {
    return [value]; // Not JSON after all: shown as it is.
  }
}
