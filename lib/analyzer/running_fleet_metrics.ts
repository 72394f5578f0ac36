/**
 * The fleet's gauges, kept up to date app by app: what an app adds to them is taken off again when it
 * changes, so that a pass counts what changed and not what exists. Most apps add the same few figures, so
 * equal ones are one object. Pure.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import { appMetrics, type FleetMetrics } from "./app_metrics.ts";

/** The sum over all apps it was told of. */
export class RunningFleetMetrics {
  readonly #byApp = new Map<string, FleetMetrics>();
  readonly #known = new Map<string, FleetMetrics>();
  #total: Record<string, number> = {};

  /** The gauges. */
  get total(): FleetMetrics {
    return { ...ZERO, ...this.#total } as FleetMetrics;
  }

  /** Takes over how an app is now; undefined for one that is not there any more. */
  set(key: string, app: App | undefined): void {
    const before = this.#byApp.get(key);
    const metrics = app === undefined ? undefined : this.#shared(appMetrics(app));
    if (metrics === before) return;
    this.#add(before, -1);
    this.#add(metrics, 1);
    if (metrics === undefined) this.#byApp.delete(key);
    else this.#byApp.set(key, metrics);
  }

  /** Forgets all apps. */
  clear(): void {
    this.#byApp.clear();
    this.#known.clear();
    this.#total = {};
  }

  #add(metrics: FleetMetrics | undefined, times: 1 | -1): void {
    for (const [name, value] of Object.entries(metrics ?? {})) {
      this.#total[name] = (this.#total[name] ?? 0) + times * value;
    }
  }

  #shared(metrics: FleetMetrics): FleetMetrics {
    const name = Object.values(metrics).join();
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, metrics);
    return metrics;
  }
}

const ZERO = appMetrics({ appGuid: "", appVersion: "", instances: [], crashCounts: [] });
