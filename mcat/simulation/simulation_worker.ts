/**
 * A core of its own for one run after the other. A process of a world that goes on and on without ever
 * waiting keeps the world's clock from moving, and the core with it: nobody inside can see that, so a run
 * that does not answer is ended from here.
 *
 * @module
 */

import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { SimulationOptions, SimulationResult } from "./simulate.ts";

/** How long a run may take, in milliseconds of real time: a hundred times what it does on a busy machine. */
export const STANDSTILL_MS = 120_000;
/** The answer of a machine that stood still itself is on its way. */
export const GRACE_MS = 5_000;

/** What a {@linkcode SimulationWorker} is handed. */
export interface SimulationWorkerDeps {
  readonly time: TimeProvider;
  /** @default {worker.ts} */
  readonly url?: URL;
}

/** Runs worlds on a core of its own. */
export class SimulationWorker implements Disposable {
  readonly #time: TimeProvider;
  readonly #url: URL;
  #worker: Worker;

  constructor({ time, url = new URL("./worker.ts", import.meta.url) }: SimulationWorkerDeps) {
    this.#time = time;
    this.#url = url;
    this.#worker = this.#begin();
  }

  /**
   * Runs a world; one that stands still has broken I18, and counts as no time at all.
   *
   * @throws {Error} when the simulation itself fails
   */
  async run(options: SimulationOptions): Promise<SimulationResult> {
    const answered = new AbortController();
    const { signal } = answered;
    try {
      const late = this.#time.sleep(STANDSTILL_MS, { signal })
        .then(() => this.#time.sleep(GRACE_MS, { signal }));
      const result = await Promise.race([this.#ask(options), late]);
      if (result !== undefined) return result;
      this.#worker.terminate();
      this.#worker = this.#begin();
      return stoodStill(options);
    } finally {
      answered.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #begin(): Worker {
    return new Worker(this.#url, { type: "module" });
  }

  #ask(options: SimulationOptions): Promise<SimulationResult> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Cannot simulate seed ${options.seed}: ${event.message}`));
      };
      const { seed, apps, deas, faultMinutes, without = [], only } = options;
      this.#worker.postMessage({ seed, apps, deas, faultMinutes, without, only });
    });
  }
}

function stoodStill({ seed }: SimulationOptions): SimulationResult {
  const what = "the world stands still: some process goes on and on without ever waiting";
  return {
    ...{ seed, simulatedMs: 0, starts: 0, stops: 0, history: "", faults: new Map() },
    violations: [{ invariant: "I18", atMs: 0, what }],
    standsStill: true,
  };
}
