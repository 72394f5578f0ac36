/**
 * The fleet's ten gauges, as of the last pass: what it saw, or -1 throughout when it failed, whatever the
 * reason, for then nobody knows (MET-03, MET-04, MET-26).
 *
 * @module
 */

import type { Metrics } from "../helpers/metrics.ts";
import { FLEET_GAUGES } from "../store/collections/metrics.ts";
import { type FleetMetrics, fleetMetricsToGauges, UNKNOWN_FLEET_METRICS } from "./app_metrics.ts";

/** Sets the ten gauges. */
export class FleetGauges {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** The fleet is this. */
  known(fleet: FleetMetrics): void {
    const gauges = fleetMetricsToGauges(fleet);
    for (const name of FLEET_GAUGES) this.#metrics.set(name, gauges[name]);
  }

  /** Does a pass, after which nothing is known if it fails. */
  async unknownIfFails<T>(pass: () => Promise<T>): Promise<T> {
    try {
      return await pass();
    } catch (error) {
      this.known(UNKNOWN_FLEET_METRICS);
      throw error;
    }
  }
}
