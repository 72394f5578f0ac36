/**
 * The one clock of a simulated world. Nothing waits for real time: when everybody waits, the clock jumps
 * to the moment at which the first of them is due.
 *
 * @module
 */

import process from "node:process";

interface Timer {
  readonly atMs: number;
  /** Timers of one moment fire in the order they were set. */
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/** Milliseconds since the world began, and what is due when. */
export class VirtualClock {
  readonly #heap: Timer[] = [];
  #nowMs = 0;
  #order = 0;

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Calls `fire` after `ms` milliseconds, unless the function that is returned is called before. */
  after(ms: number, fire: () => void): () => void {
    this.#order += 1;
    const atMs = this.#nowMs + Math.max(0, ms);
    const timer: Timer = { atMs, order: this.#order, fire, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** Resolves after `ms` milliseconds. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets the world go on until `untilMs`, or until `stop` says that it may end. */
  async run(untilMs: number, stop: () => boolean = () => false): Promise<void> {
    await settled();
    while (!stop()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#nowMs = next.atMs;
      while (this.#heap[0] !== undefined && this.#heap[0].atMs === this.#nowMs) {
        const timer = this.#pop();
        if (timer !== undefined && !timer.cancelled) timer.fire();
      }
      await settled();
    }
    if (!stop()) this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, timer)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const least = right !== undefined && left !== undefined && isBefore(right, left)
        ? { timer: right, at: 2 * at + 2 }
        : { timer: left, at: 2 * at + 1 };
      if (least.timer === undefined || isBefore(last, least.timer)) break;
      heap[at] = least.timer;
      at = least.at;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/**
 * Resolves when everything that could go on without the clock has done so: ticks that are asked for in a
 * microtask come after all microtasks. Those asked for elsewhere may come before any.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}
