/**
 * How the operating system asks us to stop. The first SIGINT or SIGTERM aborts a signal that everything
 * that runs has been handed, and the program ends in order; the second means now.
 *
 * Everything that touches the process is passed in, so that tests send no real signals.
 *
 * @module
 */

import type { Logger } from "./logger.ts";

/** The signals we stop for. */
export type ShutdownSignalName = "SIGINT" | "SIGTERM";

/** What {@linkcode onShutdownSignal} needs. */
export interface ShutdownSignalOptions {
  readonly log: Logger;
  /** `Deno.addSignalListener` */
  readonly addListener: (name: ShutdownSignalName, listener: () => void) => void;
  /** `Deno.removeSignalListener` */
  readonly removeListener: (name: ShutdownSignalName, listener: () => void) => void;
  /** Ends the process at once: `Deno.exit` */
  readonly exit: (code: number) => void;
  /** `Deno.build.os`; Windows knows no SIGTERM and refuses to listen for it. */
  readonly os: string;
}

/** Aborted when the process is asked to stop. Dispose of it to stop listening. */
export interface ShutdownSignal extends Disposable {
  readonly signal: AbortSignal;
}

/** What a shell reports for a process killed by the signal: 128 and its number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Listens for SIGINT and SIGTERM. A second one, of either kind, exits with 130 or 143. */
export function onShutdownSignal(options: ShutdownSignalOptions): ShutdownSignal {
  const { log, addListener, removeListener, exit, os } = options;
  const controller = new AbortController();
  const names: readonly ShutdownSignalName[] = os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM"];
  const listeners = names.map((name) => {
    const listener = () => {
      if (controller.signal.aborted) return exit(exitCodes[name]);
      log.info("Stopping", { signal: name });
      controller.abort(new DOMException(`Stopped by ${name}`, "AbortError"));
    };
    addListener(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const { name, listener } of listeners.splice(0)) removeListener(name, listener);
    },
  };
}
