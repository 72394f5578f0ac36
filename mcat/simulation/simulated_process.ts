/**
 * A process of the simulated world: one component of one replica. It can be paused, as by SIGSTOP, and
 * killed, as by SIGKILL, between any two of its steps; its clock may be wrong. Everything that reaches it
 * from outside comes through {@linkcode SimulatedProcess.receive}: while it is paused that waits, and
 * once it is dead it never comes, so that its code stops where it stands.
 *
 * @module
 */

import type { SleepOptions, TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** Unix seconds at which every world begins. */
export const EPOCH_SECONDS = 1_000_000_000;

/** A process that faults can be done to. */
export class SimulatedProcess {
  readonly name: string;
  readonly clock: VirtualClock;
  /** Aborted when the process is killed: servers drop what it held open. */
  readonly #death = new AbortController();
  /** What arrived while the process was paused, oldest first. */
  #arrived: (() => void)[] = [];
  #paused = false;
  /** How far its wall clock is off, in milliseconds. */
  skewMs = 0;
  /** Cut off from the store, from the bus: what is sent does not arrive, what is awaited does not come. */
  cutOff = { store: false, bus: false };

  constructor(name: string, clock: VirtualClock) {
    this.name = name;
    this.clock = clock;
  }

  /** Whether it has been killed or has ended. */
  get dead(): boolean {
    return this.#death.signal.aborted;
  }

  /** Aborted at its death. */
  get death(): AbortSignal {
    return this.#death.signal;
  }

  /** Hands something to the process, now or when it goes on; never, if it is dead. */
  receive(deliver: () => void): void {
    if (this.dead) return;
    if (this.#paused) this.#arrived.push(deliver);
    else deliver();
  }

  /** Stands still for `ms` milliseconds. */
  pause(ms: number): void {
    if (this.#paused || this.dead) return;
    this.#paused = true;
    this.clock.after(ms, () => this.#resume());
  }

  /** Ends without another step. */
  kill(): void {
    this.#arrived = [];
    this.#death.abort();
  }

  /** The clock as the process sees it. */
  time(): TimeProvider {
    const wallMs = () => EPOCH_SECONDS * 1000 + this.clock.nowMs + this.skewMs;
    return {
      now: () => Math.floor(wallMs() / 1000),
      nowMs: wallMs,
      monotonicMs: () => this.clock.nowMs,
      sleep: (ms, options) => this.#sleep(ms, options),
    };
  }

  #resume(): void {
    this.#paused = false;
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const deliver of arrived) this.receive(deliver);
  }

  #sleep(ms: number, { signal }: SleepOptions = {}): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const cancel = this.clock.after(ms, () => this.receive(wake));
      signal?.addEventListener("abort", wake, { once: true });
    });
  }
}
