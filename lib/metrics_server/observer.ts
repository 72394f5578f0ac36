/**
 * Looks at what does not report by itself, each time figures are asked for and only then: the view of the
 * fleet, the connection to the message bus, the settings and the certificates. Each look is at a few
 * fields; none walks the fleet or asks the store.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { SeriesRegistry } from "../helpers/series.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import type { MessageBus } from "../message_bus/message_bus.ts";
import { HELD_KINDS, HOLD_SOURCES } from "../models/hold.ts";
import { type Freshness, judgeFreshness } from "../store/collections/freshness.ts";
import type { CertificateExpiry } from "./certificate_expiry.ts";

const UNKNOWN: Freshness = { actual: { fresh: false }, desired: { fresh: false } };

/** What an {@linkcode Observer} looks at, and where it says what it sees. */
export interface ObserverDeps {
  readonly metrics: Metrics & { readonly series: SeriesRegistry };
  readonly time: Pick<TimeProvider, "now">;
  readonly config: Pick<Config, "fetcher" | "actualFreshnessTtlSeconds">;
  /** Undefined: the process has none. */
  readonly mirror: Pick<FleetMirror, "view" | "caughtUpAt"> | undefined;
  /** Undefined: the process has none. */
  readonly bus: Pick<MessageBus, "connected"> | undefined;
  readonly certificates: Pick<CertificateExpiry, "read">;
}

/** Looks when it is told to. */
export class Observer {
  readonly #deps: ObserverDeps;

  constructor(deps: ObserverDeps) {
    this.#deps = deps;
  }

  /** Brings the figures up to date. */
  async look(): Promise<void> {
    const { metrics, mirror, bus } = this.#deps;
    if (mirror !== undefined) this.#lookAt(mirror);
    if (bus !== undefined) metrics.set("message_bus_connected", bus.connected ? 1 : 0);
    this.#lookAtSettings();
    for (const [certificate, value] of await this.#deps.certificates.read()) {
      metrics.series.mark("certificate_expiry_timestamp_seconds", { certificate }, value);
    }
  }

  #lookAt({ view, caughtUpAt }: Pick<FleetMirror, "view" | "caughtUpAt">): void {
    const { metrics } = this.#deps;
    metrics.set("mirror_listed", view === undefined ? 0 : 1);
    if (caughtUpAt !== undefined) metrics.set("mirror_caught_up_timestamp", caughtUpAt);
    if (view !== undefined) this.#lookAtView(view);
    const { actual, desired } = this.#freshness(view);
    this.#markFreshness("actual", actual);
    this.#markFreshness("desired", desired);
  }

  #lookAtView(view: FleetView): void {
    const { metrics } = this.#deps;
    metrics.set("mirror_revision", view.revision);
    metrics.set("mirror_deas", view.presentDeas);
    metrics.set("mirror_instances", view.instances);
    metrics.series.mark("queued_messages", { queue: "start" }, view.queuedStarts);
    metrics.series.mark("queued_messages", { queue: "stop" }, view.queuedStops);
    this.#lookAtHolds(view);
  }

  #lookAtHolds(view: FleetView): void {
    const inPlace = [...view.holds()];
    for (const source of HOLD_SOURCES) {
      for (const holds of HELD_KINDS) {
        const found = inPlace.filter((hold) => hold.source === source && hold.holds === holds);
        this.#deps.metrics.series.mark("holds", { source, holds }, found.length);
      }
    }
  }

  #freshness(view: FleetView | undefined): Freshness {
    const { time, config: { actualFreshnessTtlSeconds } } = this.#deps;
    if (view === undefined) return UNKNOWN;
    return judgeFreshness(view.freshness, { now: time.now(), actualFreshnessTtlSeconds });
  }

  #markFreshness(state: "actual" | "desired", { fresh, since }: Freshness["actual"]): void {
    const { series } = this.#deps.metrics;
    series.mark("fresh", { state }, fresh ? 1 : 0);
    if (since === undefined) series.unmark("fresh_since_timestamp_seconds", { state });
    else series.mark("fresh_since_timestamp_seconds", { state }, since);
  }

  #lookAtSettings(): void {
    const { metrics: { series }, config: { fetcher } } = this.#deps;
    const settings = {
      "skip_cert_verify": fetcher.skipCertVerify,
      "allow_empty_desired_state": fetcher.allowEmptyDesiredState,
    };
    for (const [setting, inUse] of Object.entries(settings)) {
      series.mark("insecure_setting", { setting }, inUse ? 1 : 0);
    }
  }
}
