/**
 * What a process says of itself to the service manager. It is ready when every one of its parts has said
 * what it does, and alive while each part that is watched makes progress: a clock alone would feed the
 * watchdog of a process whose work hangs.
 *
 * @module
 */

import type { Logger } from "./logger.ts";
import { NO_SERVICE_MANAGER, type ServiceManager } from "./service_manager.ts";
import type { TimeProvider } from "./time_provider.ts";

/** How many times the watchdog is fed before it would bite. */
const FEEDS_PER_WATCHDOG = 3;

/** Shows that one part goes on. Dispose of it when it has nothing more to do. */
export interface Pulse extends Disposable {
  /** Something was done, or was seen to fail: both are progress. */
  beat(): void;
}

/** What {@linkcode Supervision} is handed. */
export interface SupervisionDeps {
  readonly manager: ServiceManager;
  /** The parts that have to say something before the process is ready. */
  readonly parts: readonly string[];
  readonly time: TimeProvider;
  readonly log: Logger;
}

interface Watched {
  readonly silenceMaxMs: number;
  lastBeatMs: number;
}

/** One process, as its service manager sees it. */
export class Supervision {
  readonly #deps: SupervisionDeps;
  readonly #states = new Map<string, string>();
  readonly #watched = new Map<symbol, Watched & { readonly what: string }>();
  #isReady = false;

  constructor(deps: SupervisionDeps) {
    this.#deps = deps;
  }

  /** Whether anybody wants to know if it is alive: whether it is worth looking. */
  get watches(): boolean {
    return this.#deps.manager.watchdogMs !== undefined;
  }

  /** What a part does now: `leads`, `stands by`. */
  say(part: string, state: string): void {
    const { manager, parts } = this.#deps;
    if (this.#states.get(part) === state) return;
    this.#states.set(part, state);
    manager.status([...this.#states].map(([part, state]) => `${part} ${state}`).join(", "));
    if (this.#isReady || !parts.every((part) => this.#states.has(part))) return;
    this.#isReady = true;
    manager.ready();
  }

  /** What it waits for before any part can say something. */
  waitsFor(what: string): void {
    this.#deps.manager.status(`Waiting for ${what}`);
  }

  /** It has been told to stop. */
  stopping(): void {
    this.#deps.manager.stopping();
  }

  /** Watches a part that must not be silent for longer than `silenceMaxMs`. */
  watch(what: string, silenceMaxMs: number): Pulse {
    const { time } = this.#deps;
    const id = Symbol(what);
    const watched = { what, silenceMaxMs, lastBeatMs: time.monotonicMs() };
    this.#watched.set(id, watched);
    return {
      beat: () => void (watched.lastBeatMs = time.monotonicMs()),
      [Symbol.dispose]: () => void this.#watched.delete(id),
    };
  }

  /** Feeds the watchdog until `signal` aborts, for as long as nothing hangs. */
  async run(signal: AbortSignal): Promise<void> {
    const { manager, time, log } = this.#deps;
    if (manager.watchdogMs === undefined) return;
    while (!signal.aborted) {
      const stuck = this.#stuck();
      if (stuck.length === 0) manager.alive();
      else log.error("No progress: the watchdog is left to end the process", { stuck });
      await time.sleep(manager.watchdogMs / FEEDS_PER_WATCHDOG, { signal });
    }
  }

  #stuck(): string[] {
    const nowMs = this.#deps.time.monotonicMs();
    return [...this.#watched.values()]
      .filter(({ lastBeatMs, silenceMaxMs }) => nowMs - lastBeatMs > silenceMaxMs)
      .map(({ what }) => what);
  }
}

/** Supervision of a process that nobody looks after. */
export function unsupervised(deps: Pick<SupervisionDeps, "time" | "log">): Supervision {
  return new Supervision({ ...deps, manager: NO_SERVICE_MANAGER, parts: [] });
}
