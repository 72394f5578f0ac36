/**
 * The benchmark suite: measures what was asked for, shows its progress, and leaves the results as JSON,
 * CSV and one HTML report in a folder. Runs made apart, into one folder, make one report.
 *
 * `deno task phd --profile=full`, `deno task phd e2e --apps=1000000`
 *
 * @module
 */

import { describeMachine, type Machine } from "./machine.ts";
import { parseOptions, USAGE, UsageError } from "./options.ts";
import { planRuns } from "./plan.ts";
import { progress } from "./progress.ts";
import { renderReport } from "./report.ts";
import { loadRuns, type Run, saveRun, toCsv } from "./results.ts";
import type { PlannedRun } from "./section.ts";

interface Made {
  readonly machine: Machine;
  readonly command: string;
  readonly signal: AbortSignal;
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  const stop = new AbortController();
  const interrupted = () => stop.abort(new Error("Interrupted"));
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  const made: Made = {
    machine: await describeMachine(),
    command: ["deno task phd", ...args].join(" "),
    signal: stop.signal,
  };
  try {
    for (const planned of planRuns(options)) {
      await saveRun(options.out, await make(planned, made));
      await writeReport(options.out);
    }
    await writeReport(options.out);
    progress(`report: ${options.out}/report.html`);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
}

async function make(planned: PlannedRun, made: Made): Promise<Run> {
  const { measure, ...named } = planned;
  const { signal, ...rest } = made;
  signal.throwIfAborted();
  progress(named.title);
  const at = new Date().toISOString();
  const startedMs = performance.now();
  const findings = await measure(signal);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  return { ...named, ...rest, at, seconds, ...findings };
}

/** Written after every run, so that what was measured is there even if a later run fails. */
async function writeReport(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const runs = await loadRuns(folder);
  await Deno.writeTextFile(`${folder}/results.csv`, toCsv(runs));
  await Deno.writeTextFile(`${folder}/report.html`, renderReport(runs));
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    const usage = error instanceof UsageError;
    console.error(usage ? `${error.message}\n\n${USAGE}` : error);
    Deno.exit(usage ? 2 : 1);
  }
}
