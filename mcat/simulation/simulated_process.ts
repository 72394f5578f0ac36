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

/** A machine: its processes share a wall clock. */
export interface SimulatedNode {
  /** How far its wall clock is off, in milliseconds. */
  skewMs: number;
}

/** Where a process runs. */
export interface ProcessPlace {
  readonly clock: VirtualClock;
  readonly node: SimulatedNode;
}

/** What does not get through between a process and its servers. */
export interface CutOff {
  /** Requests to the store. */
  toStore: boolean;
  /** Answers and changes from the store: what was asked for happens. */
  fromStore: boolean;
  /** Messages to the bus. */
  toBus: boolean;
  /** Messages from the bus. */
  fromBus: boolean;
}

/** Everything gets through. */
export const WHOLE: Readonly<CutOff> = {
  toStore: false,
  fromStore: false,
  toBus: false,
  fromBus: false,
};

/** A process that faults can be done to. */
export class SimulatedProcess {
  readonly name: string;
  readonly clock: VirtualClock;
  /** Aborted when the process is killed: servers drop what it held open. */
  readonly #death = new AbortController();
  /** Aborted when it is asked to end. */
  readonly #termination = new AbortController();
  /** What arrived while the process was paused, oldest first. */
  #arrived: (() => void)[] = [];
  #paused = false;
  readonly #sleepers = new WeakMap<AbortSignal, Set<() => void>>();
  /** What does not get through, each way of its own. */
  readonly cutOff: CutOff = { ...WHOLE };
  /** It is killed by its next write to the store, right before or right after that is made. */
  diesAtWrite: "before" | "after" | undefined;

  readonly #node: SimulatedNode;

  constructor(name: string, { clock, node }: ProcessPlace) {
    this.name = name;
    this.clock = clock;
    this.#node = node;
  }

  /** Whether it stands still. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Whether it has been killed or has ended. */
  get dead(): boolean {
    return this.#death.signal.aborted;
  }

  /** Aborted at its death. */
  get death(): AbortSignal {
    return this.#death.signal;
  }

  /** Aborted when it is asked to end, as by SIGTERM. */
  get termination(): AbortSignal {
    return this.#termination.signal;
  }

  /** Asks it to end. */
  terminate(): void {
    this.receive(() => this.#termination.abort());
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
    const wallMs = () => EPOCH_SECONDS * 1000 + this.clock.nowMs + this.#node.skewMs;
    return {
      now: () => Math.floor(wallMs() / 1000),
      nowMs: wallMs,
      monotonicMs: () => this.clock.nowMs,
      sleep: (ms, options) => this.#sleep(ms, options),
      breathe: () => this.#sleep(0),
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
    if (signal === undefined) {
      return new Promise((resolve) => this.clock.after(ms, () => this.receive(resolve)));
    }
    const sleepers = this.#sleepersUnder(signal);
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        sleepers.delete(wake);
        resolve();
      };
      const cancel = this.clock.after(ms, () => this.receive(wake));
      sleepers.add(wake);
    });
  }

  /** Who sleeps under a signal wakes when it aborts, which is listened for once. */
  #sleepersUnder(signal: AbortSignal): Set<() => void> {
    const known = this.#sleepers.get(signal);
    if (known !== undefined) return known;
    const sleepers = new Set<() => void>();
    this.#sleepers.set(signal, sleepers);
    signal.addEventListener("abort", () => sleepers.forEach((wake) => wake()), { once: true });
    return sleepers;
  }
}
