/**
 * `deno task simulate [--seed=N] [--runs=N] [--minutes=N] [--apps=N] [--deas=N]`: runs worlds, each from a
 * seed that is printed, and says how much was simulated and what broke. A run is repeated exactly by its
 * seed. Exits 1 when a rule was broken.
 *
 * @module
 */

import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { simulate, type SimulationResult } from "./simulate.ts";

const HOUR_MS = 3_600_000;
/** Violations that are printed of one run; the others follow from them more often than not. */
const SHOWN_MAX = 10;

function flag(name: string, fallback: number): number {
  const given = Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1];
  if (given === undefined) return fallback;
  if (/^\d+$/.test(given)) return Number(given);
  throw new Error(`Cannot use --${name}=${given}: a whole number is needed`);
}

function show(result: SimulationResult): void {
  const { seed, violations, starts, stops, simulatedMs } = result;
  const faults = [...result.faults.values()].reduce((sum, count) => sum + count, 0);
  const verdict = violations.length === 0 ? "ok    " : "BROKEN";
  const hours = (simulatedMs / HOUR_MS).toFixed(2);
  console.log(
    `${verdict} seed ${seed}: ${hours} h, ${faults} faults, ${starts} starts, ${stops} stops`,
  );
  for (const { invariant, atMs, what } of violations.slice(0, SHOWN_MAX)) {
    console.log(`         ${invariant} at ${(atMs / 1000).toFixed(1)} s: ${what}`);
  }
  if (violations.length > SHOWN_MAX) console.log(`         and ${violations.length} in all`);
}

async function main(): Promise<number> {
  const time = new RealTimeProvider();
  const seed = flag("seed", Math.floor(new RealRandom().fraction() * 2 ** 32));
  const runs = flag("runs", Deno.args.some((arg) => arg.startsWith("--seed=")) ? 1 : 10);
  const options = {
    apps: flag("apps", 50),
    deas: flag("deas", 8),
    faultMinutes: flag("minutes", 30),
  };
  const startedAtMs = time.monotonicMs();
  let [simulatedMs, broken, faults] = [0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const result = await simulate({ ...options, seed: seed + run });
    show(result);
    simulatedMs += result.simulatedMs;
    faults += [...result.faults.values()].reduce((sum, count) => sum + count, 0);
    if (result.violations.length > 0) broken += 1;
  }
  const minutes = (time.monotonicMs() - startedAtMs) / 60_000;
  const hours = simulatedMs / HOUR_MS;
  console.log(
    `${hours.toFixed(1)} h simulated in ${minutes.toFixed(1)} min ` +
      `(${(hours / minutes).toFixed(0)} h/min), ${faults} faults, ${broken} of ${runs} runs broken`,
  );
  return broken === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
