/**
 * Samples how much memory each process holds, life by life.
 *
 * @module
 */

import { usageOf } from "../../phd/process_usage.ts";
import { megabytes, memoryProblem, type MemorySample } from "./memory_trend.ts";
import type { SupervisedProcess } from "./supervised_process.ts";

/** One process from its start to its end. */
interface Life {
  readonly pid: number;
  readonly samples: MemorySample[];
}

/** What became of the memory of one of the suite's processes, over all its lives. */
export interface MemorySummary {
  readonly lives: number;
  readonly longestSeconds: number;
  readonly most: string;
  /** At the end of the longest life, and in its middle. */
  readonly last: string;
  readonly middle: string;
}

/** Looks at processes. */
export class MemoryWatch {
  readonly #lives = new Map<string, Life[]>();

  /** Takes a sample of each; does nothing where there is no `/proc`. */
  sample(processes: readonly SupervisedProcess[], atSeconds: number): void {
    for (const { name, pid } of processes) {
      const bytes = pid === undefined ? undefined : residentBytes(pid);
      if (pid === undefined || bytes === undefined) continue;
      const lives = this.#lives.get(name) ?? [];
      this.#lives.set(name, lives);
      if (lives.at(-1)?.pid !== pid) lives.push({ pid, samples: [] });
      lives.at(-1)?.samples.push({ atSeconds, bytes });
    }
  }

  /** What is wrong, by process. */
  get problems(): string[] {
    return [...this.#lives].flatMap(([name, lives]) =>
      lives.flatMap(({ samples }) => {
        const problem = memoryProblem(samples);
        return problem === undefined ? [] : [`${name} ${problem}`];
      })
    );
  }

  /** By process. */
  get summary(): Readonly<Record<string, MemorySummary>> {
    return Object.fromEntries([...this.#lives].map(([name, lives]) => [name, summarize(lives)]));
  }
}

function summarize(lives: readonly Life[]): MemorySummary {
  const most = Math.max(...lives.flatMap(({ samples }) => samples.map(({ bytes }) => bytes)));
  const [longest] = [...lives].sort((a, b) => b.samples.length - a.samples.length);
  const samples = longest?.samples ?? [];
  return {
    lives: lives.length,
    longestSeconds: Math.round((samples.at(-1)?.atSeconds ?? 0) - (samples[0]?.atSeconds ?? 0)),
    most: megabytes(most),
    last: megabytes(samples.at(-1)?.bytes ?? 0),
    middle: megabytes(samples[Math.floor(samples.length / 2)]?.bytes ?? 0),
  };
}

function residentBytes(pid: number): number | undefined {
  try {
    return usageOf([pid]).rssMib * 2 ** 20;
  } catch {
    return undefined; // It has ended a moment ago.
  }
}
