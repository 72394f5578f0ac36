/**
 * Faults of components' processes (F1 to F4, F29).
 *
 * @module
 */

import { type FaultContext, type FaultKind, pickOne } from "./fault_kind.ts";
import { LOCK_SECONDS } from "./pace.ts";
import type { SteadyClock } from "./steady_clock.ts";
import type { SupervisedProcess } from "./supervised_process.ts";

/** Longer than a lease, so that the other one leads when a paused leader wakes. */
const PAST_LEASE: readonly [number, number] = [LOCK_SECONDS + 2, LOCK_SECONDS + 8];

/** How often a process is killed that is killed again and again, and how far apart, in milliseconds. */
const KILLS = 3;
const BETWEEN_KILLS_MS = 1_500;

/** Kinds of faults of processes. */
export const PROCESS_FAULTS: readonly FaultKind[] = [
  {
    name: "component killed",
    lasts: [0, 0],
    inject: (context) => onOne(context, (process) => process.kill()),
  },
  {
    name: "component killed again and again",
    lasts: [6, 12],
    inject: ({ world, random, clock }) => {
      const process = pickOne(random, world.processes);
      const mended = new AbortController();
      const killing = killAgainAndAgain(process, { clock, signal: mended.signal });
      const mend = async () => {
        mended.abort();
        await killing;
      };
      return { what: process.name, mend };
    },
  },
  {
    name: "both of a component killed",
    lasts: [0, 0],
    inject: (context) => {
      const pair = replicas(context);
      pair.forEach((process) => process.kill());
      return { what: names(pair) };
    },
  },
  {
    name: "component asked to end",
    lasts: [0, 0],
    inject: (context) => onOne(context, (process) => process.end()),
  },
  {
    name: "component paused for longer than its lease",
    lasts: PAST_LEASE,
    inject: ({ world, random }) => paused([pickOne(random, world.processes)]),
  },
  {
    name: "both of a component paused for longer than their lease",
    lasts: PAST_LEASE,
    inject: (context) => paused(replicas(context)),
  },
  {
    name: "component paused for a moment",
    lasts: [1, 2],
    inject: ({ world, random }) => paused([pickOne(random, world.processes)]),
  },
];

async function killAgainAndAgain(
  process: SupervisedProcess,
  { clock, signal }: { readonly clock: SteadyClock; readonly signal: AbortSignal },
): Promise<void> {
  const beginMs = clock.nowMs();
  for (let kills = 1; kills <= KILLS; kills += 1) {
    await clock.until(beginMs + kills * BETWEEN_KILLS_MS, signal);
    if (signal.aborted) return;
    process.kill();
  }
}

function onOne(
  { world, random }: FaultContext,
  what: (process: SupervisedProcess) => void,
): { readonly what: string } {
  const process = pickOne(random, world.processes);
  what(process);
  return { what: process.name };
}

function paused(processes: readonly SupervisedProcess[]) {
  processes.forEach((process) => process.pause());
  return { what: names(processes), mend: () => processes.forEach((process) => process.resume()) };
}

/** The processes that stand in for each other: of machine b, one may stand in for several. */
function replicas({ world, random }: FaultContext): readonly SupervisedProcess[] {
  const first = pickOne(random, world.processes.filter(({ name }) => name.startsWith("a-")));
  const component = first.name.slice("a-".length);
  const second = world.processes.find(({ name }) => name === `b-${component}`) ??
    world.processes.find(({ name }) => name === "b-all");
  return second === undefined ? [first] : [first, second];
}

function names(processes: readonly SupervisedProcess[]): string {
  return processes.map(({ name }) => name).join(" and ");
}
