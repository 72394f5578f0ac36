/**
 * The outermost frame of every executable: turns how a command ended into an exit code and one line on
 * standard error, and keeps a stray rejection from deep inside a client library from ending a daemon.
 *
 * @module
 */

import { ConfigError } from "../lib/config/config_error.ts";
import { describeError } from "../lib/helpers/describe_error.ts";
import { FakeTimeError } from "../lib/helpers/fake_time_setting.ts";
import { LeadershipLostError } from "../lib/store/store_errors.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_LOST, EXIT_USAGE } from "./_exit_codes.ts";
import { UsageError } from "./_usage_error.ts";

/** Runs `command` and ends the process with the code that its ending deserves. */
export async function main(command: (args: readonly string[]) => Promise<number | void>) {
  survive("unhandledrejection", (event) => event.reason);
  survive("error", (event) => event.error);
  Deno.exit(await exitCodeOf(command));
}

async function exitCodeOf(
  command: (args: readonly string[]) => Promise<number | void>,
): Promise<number> {
  try {
    return await command(Deno.args) ?? EXIT_DONE;
  } catch (error) {
    console.error(`hm9000: ${textOf(error)}`);
    return exitCodeFor(error);
  }
}

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof ConfigError || error instanceof UsageError) return EXIT_USAGE;
  if (error instanceof LeadershipLostError) return EXIT_LOST;
  if (error instanceof Error && error.name === "BusLostError") return EXIT_LOST;
  return EXIT_FAILED;
}

function textOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FakeTimeError) return error.message;
  return describeError(error);
}

function survive<K extends "unhandledrejection" | "error">(
  kind: K,
  errorOf: (event: WindowEventMap[K]) => unknown,
): void {
  globalThis.addEventListener(kind, (event) => {
    event.preventDefault();
    console.error(`hm9000: unexpected ${kind}, going on: ${describeError(errorOf(event))}`);
  });
}
