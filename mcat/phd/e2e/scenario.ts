/**
 * What a scenario of the end-to-end benchmark is: something that happens to a platform that hm9000 looks
 * after, and what is measured of how that ends.
 *
 * @module
 */

import type { Measurement } from "../results.ts";
import type { World } from "./world.ts";

/** How long things may take before a scenario gives up, in seconds. */
export interface Patience {
  /** Until everything is stored, and until it is fresh. */
  readonly secondsMax: number;
  /** How long is watched when nothing happens. */
  readonly steadySeconds: number;
}

/** Makes something happen and measures. */
export type Scenario = (world: World, patience: Patience) => Promise<readonly Measurement[]>;

/** A measurement of seconds; one that took too long is said as such. */
export function took(name: string, seconds: number | undefined): Measurement[] {
  if (seconds === undefined) {
    return [{ name: `${name}: not in time`, labels: {}, value: 1, unit: "" }];
  }
  return [{ name, labels: {}, value: Math.round(seconds * 10) / 10, unit: "s" }];
}

/** A measurement of a number of things. */
export function counted(name: string, value: number): Measurement {
  return { name, labels: {}, value, unit: "" };
}
