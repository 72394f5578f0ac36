/**
 * What runs on a core of its own: feeds the target that it is told, and tells what came of it.
 *
 * @module
 */

import { readCorpus } from "./corpus.ts";
import { fuzz, type FuzzRunOptions } from "./fuzz_run.ts";
import { TARGETS } from "./targets.ts";

/** What a worker is told. */
export interface FuzzJob extends Pick<FuzzRunOptions, "seed" | "inputs"> {
  readonly target: string;
}

const port = globalThis as unknown as Pick<Worker, "postMessage" | "onmessage">;

port.onmessage = async ({ data }: MessageEvent<FuzzJob>) => {
  const target = TARGETS.find(({ name }) => name === data.target);
  if (target === undefined) {
    throw new TypeError(`Cannot fuzz "${data.target}": there is no such target`);
  }
  const corpus = [...(await readCorpus(target.name)).values()];
  port.postMessage(await fuzz(target, { ...data, corpus }));
};
