/**
 * What `HM9000_FAKE_TIME` may say: Unix seconds, at which wall time then stands still, or `@PATH` of a
 * file that holds them, so that a black-box test can move the clock of a running program [CLI-07].
 *
 * @module
 */

/** Where wall time comes from. */
export type FakeTimeSetting =
  | { readonly kind: "real" }
  | { readonly kind: "fixed"; readonly seconds: number }
  | { readonly kind: "file"; readonly path: string };

/** `HM9000_FAKE_TIME` cannot be obeyed; the program must not start with the wrong clock. */
export class FakeTimeError extends Error {
  override readonly name = "FakeTimeError";
}

/** The last second of the year 9999: later ones have no timestamp of the usual form. */
const secondsMax = 253_402_300_799;

/**
 * Reads the value of `HM9000_FAKE_TIME` [CLI-07]. Unset and empty both mean the real clock.
 *
 * @throws {FakeTimeError} for anything but whole seconds or `@PATH`.
 */
export function parseFakeTimeSetting(value: string | undefined): FakeTimeSetting {
  if (value === undefined || value === "") return { kind: "real" };
  if (value.startsWith("@") && value.length > 1) return { kind: "file", path: value.slice(1) };
  const seconds = parseUnixSeconds(value);
  if (seconds !== undefined) return { kind: "fixed", seconds };
  throw new FakeTimeError(
    `Cannot use HM9000_FAKE_TIME: "${value}", needed are whole Unix seconds or "@" and a path`,
  );
}

/** Whole Unix seconds from text, up to the year 9999; undefined for anything else. */
export function parseUnixSeconds(text: string): number | undefined {
  const digits = text.trim();
  if (!/^\d{1,12}$/.test(digits)) return undefined;
  const seconds = Number(digits);
  return seconds <= secondsMax ? seconds : undefined;
}
