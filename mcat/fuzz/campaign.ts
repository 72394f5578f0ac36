/**
 * Many inputs for many targets, in portions, on several cores: each portion has a seed of its own, so that
 * one is enough to see a finding again.
 *
 * @module
 */

import type { FuzzResult } from "./fuzz_run.ts";
import type { FuzzJob } from "./worker.ts";

/** Inputs of one portion. */
export const PORTION = 20_000;

/** How much, and of what. */
export interface FuzzCampaignOptions {
  readonly seed: number;
  /** Of all targets together. */
  readonly inputs: number;
  readonly targets: readonly string[];
  /** Workers. */
  readonly jobs: number;
}

/** A portion, and what came of it. */
export type FuzzPortion = FuzzJob & { readonly result: FuzzResult };

/** Runs until there were enough inputs; a target with a finding is fed no more. */
export async function runFuzzCampaign(
  options: FuzzCampaignOptions,
  onPortion: (portion: FuzzPortion) => void,
): Promise<readonly FuzzPortion[]> {
  const portions: FuzzPortion[] = [];
  const found = new Set<string>();
  const queue = jobs(options);
  const work = async () => {
    using worker = new FuzzWorker();
    for (const job of queue) {
      if (found.has(job.target)) continue;
      const portion = { ...job, result: await worker.run(job) };
      if (portion.result.finding !== undefined) found.add(job.target);
      portions.push(portion);
      onPortion(portion);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, work));
  return portions;
}

/** Portions, a target after the other and all over again. */
function* jobs({ seed, inputs, targets }: FuzzCampaignOptions): Generator<FuzzJob> {
  let left = inputs;
  for (let round = 0; left > 0; round += 1) {
    for (const target of targets) {
      if (left <= 0) return;
      const share = Math.min(PORTION, left, Math.max(1, Math.ceil(inputs / targets.length)));
      yield { seed: seed + round, inputs: share, target };
      left -= share;
    }
  }
}

/** A core of its own for one portion after the other. */
class FuzzWorker implements Disposable {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

  run(job: FuzzJob): Promise<FuzzResult> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Cannot fuzz ${job.target} with seed ${job.seed}: ${event.message}`));
      };
      this.#worker.postMessage(job);
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
