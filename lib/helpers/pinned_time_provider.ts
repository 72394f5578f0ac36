/**
 * The clock of a program that is started with `HM9000_FAKE_TIME` [CLI-07]: wall time is what the setting
 * says, while sleeping and monotonic time stay real, so that loops keep turning and timeouts still end.
 *
 * @module
 */

import {
  FakeTimeError,
  type FakeTimeSetting,
  parseFakeTimeSetting,
  parseUnixSeconds,
} from "./fake_time_setting.ts";
import { RealTimeProvider } from "./real_time_provider.ts";
import type { SleepOptions, TimeProvider } from "./time_provider.ts";

/** What {@linkcode createTimeProvider} needs to know. */
export interface CreateTimeProviderOptions {
  /** The value of `HM9000_FAKE_TIME`. */
  readonly fakeTime: string | undefined;
  /** Reads a file; throws if it cannot. */
  readonly readTextFileSync: (path: string) => string;
  /** The clock behind it. @default {new RealTimeProvider()} */
  readonly real?: TimeProvider;
}

/**
 * The clock for a program: the real one, or one whose wall time is pinned [CLI-07].
 *
 * @throws {FakeTimeError} if the setting is neither seconds nor `@PATH`, or the file cannot be read or
 * holds no seconds when the program starts.
 */
export function createTimeProvider(options: CreateTimeProviderOptions): TimeProvider {
  const real = options.real ?? new RealTimeProvider();
  const setting = parseFakeTimeSetting(options.fakeTime);
  if (setting.kind === "real") return real;
  return new PinnedTimeProvider(real, wallClock(setting, options.readTextFileSync));
}

class PinnedTimeProvider implements TimeProvider {
  readonly isPinned = true;
  readonly #real: TimeProvider;
  readonly #seconds: () => number;

  constructor(real: TimeProvider, seconds: () => number) {
    this.#real = real;
    this.#seconds = seconds;
  }

  now(): number {
    return this.#seconds();
  }

  nowMs(): number {
    return this.#seconds() * 1000;
  }

  monotonicMs(): number {
    return this.#real.monotonicMs();
  }

  sleep(ms: number, options?: SleepOptions): Promise<void> {
    return this.#real.sleep(ms, options);
  }

  breathe(): Promise<void> {
    return this.#real.breathe();
  }
}

function wallClock(
  setting: Exclude<FakeTimeSetting, { kind: "real" }>,
  readTextFileSync: (path: string) => string,
): () => number {
  if (setting.kind === "fixed") return () => setting.seconds;
  let lastGood = readFirst(setting.path, readTextFileSync);
  return () => lastGood = readAgain(setting.path, readTextFileSync) ?? lastGood;
}

function readFirst(path: string, readTextFileSync: (path: string) => string): number {
  let text: string;
  try {
    text = readTextFileSync(path);
  } catch (cause) {
    throw new FakeTimeError(
      `Cannot use HM9000_FAKE_TIME: "${path}" cannot be read, it must hold whole Unix seconds`,
      { cause },
    );
  }
  const seconds = parseUnixSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new FakeTimeError(
    `Cannot use HM9000_FAKE_TIME: "${path}" holds "${
      text.slice(0, 40)
    }", it must hold whole Unix seconds`,
  );
}

/** Undefined while the file is being replaced: whoever writes it truncates it first. */
function readAgain(
  path: string,
  readTextFileSync: (path: string) => string,
): number | undefined {
  try {
    return parseUnixSeconds(readTextFileSync(path));
  } catch {
    // Not an error: between two values there may be no file. The last good value stands.
    return undefined;
  }
}
