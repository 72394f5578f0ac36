/**
 * What processes used, look by look: lines over time, and sums over a stretch of it.
 *
 * @module
 */

import { type ProcessUsage, usageOf } from "../process_usage.ts";
import type { TimeSeries } from "../results.ts";

/** What a process used over a stretch of time. */
export interface Share {
  readonly name: string;
  readonly cpuSeconds: number;
  /** Processor time a second, in percent of one core. */
  readonly percentOfCore: number;
  readonly rssMib: number;
  readonly peakRssMib: number;
}

interface Look {
  readonly seconds: number;
  readonly usage: ReadonlyMap<string, ProcessUsage>;
}

/** Looks at processes, and remembers. */
export class UsageLog {
  readonly #pids: () => Readonly<Record<string, readonly number[]>>;
  readonly #looks: Look[] = [];

  /** @param pids the processes of each name; asked anew at each look */
  constructor(pids: () => Readonly<Record<string, readonly number[]>>) {
    this.#pids = pids;
  }

  /** Looks once. A process that has ended is left out. */
  look(seconds: number): void {
    const usage = new Map<string, ProcessUsage>();
    for (const [name, pids] of Object.entries(this.#pids())) {
      try {
        usage.set(name, usageOf(pids));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    this.#looks.push({ seconds, usage });
  }

  /** What each process used between these two moments. */
  shares(fromSeconds: number, toSeconds: number): readonly Share[] {
    const looks = this.#looks.filter(({ seconds }) =>
      seconds >= fromSeconds && seconds <= toSeconds
    );
    const first = looks.at(0);
    const last = looks.at(-1);
    if (first === undefined || last === undefined || first === last) return [];
    return [...last.usage].flatMap(([name, after]) => {
      const before = first.usage.get(name);
      if (before === undefined) return [];
      const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
      const percentOfCore = cpuSeconds / (last.seconds - first.seconds) * 100;
      const { rssMib, peakRssMib } = after;
      return { name, cpuSeconds, percentOfCore, rssMib, peakRssMib };
    });
  }

  /** Percent of a core, and resident memory, of each process over time. */
  get series(): readonly TimeSeries[] {
    const names = new Set(this.#looks.flatMap(({ usage }) => [...usage.keys()]));
    return [...names].flatMap((name): TimeSeries[] => [
      { name: "cpu", of: name, unit: "% of a core", points: this.#percentages(name) },
      { name: "memory", of: name, unit: "MiB", points: this.#memory(name) },
    ]);
  }

  #percentages(name: string): [number, number][] {
    return this.#looks.slice(1).flatMap(({ seconds, usage }, i): [number, number][] => {
      const before = this.#looks[i];
      const from = before?.usage.get(name);
      const to = usage.get(name);
      if (before === undefined || from === undefined || to === undefined) return [];
      const used = (to.cpuSeconds - from.cpuSeconds) / (seconds - before.seconds);
      return [[rounded(seconds), rounded(used * 100)]];
    });
  }

  #memory(name: string): [number, number][] {
    return this.#looks.flatMap(({ seconds, usage }): [number, number][] => {
      const now = usage.get(name);
      return now === undefined ? [] : [[rounded(seconds), Math.round(now.rssMib)]];
    });
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
