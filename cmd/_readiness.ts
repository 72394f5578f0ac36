/**
 * What must be so for a process to be ready, as `/readyz` tells: it reaches the store and the message bus,
 * what is stored is fresh, its view of the fleet is complete. Which components lead here is told too; one
 * that stands by is as ready as one that leads.
 *
 * @module
 */

import type { Config } from "../lib/config/config.ts";
import type { MetricsRegistry } from "../lib/helpers/metrics.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import type { CheckResult, ReadyCheck } from "../lib/http_server/readyz.ts";
import type { MessageBus } from "../lib/message_bus/message_bus.ts";
import type { FleetMirror } from "../lib/mirror/fleet_mirror.ts";
import { readFreshness } from "../lib/store/collections/freshness.ts";
import type { StoreLayout } from "../lib/store/layout.ts";
import type { Store } from "../lib/store/store.ts";

/** What is looked at. */
export interface ReadinessDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly config: Config;
  /** Undefined when the process needs none. */
  readonly bus?: Pick<MessageBus, "connected"> | undefined;
  /** Undefined when the process has none. */
  readonly mirror?: Pick<FleetMirror, "view"> | undefined;
  readonly metrics: Pick<MetricsRegistry, "series">;
  /** The components of the process of which one leads. @default none */
  readonly led?: readonly string[];
}

/** The checks of one process. */
export function readyChecks(deps: ReadinessDeps): ReadyCheck[] {
  const { store, bus, mirror, metrics, led = [] } = deps;
  return [
    {
      name: "store",
      find: async () => ({ ok: true, detail: `revision ${await store.revision()}` }),
    },
    ...(bus === undefined ? [] : [simple("message_bus", () => bus.connected)]),
    ...(mirror === undefined ? [] : [simple("mirror", () => mirror.view !== undefined)]),
    { name: "actual_freshness", find: () => freshness("actual", deps) },
    { name: "desired_freshness", find: () => freshness("desired", deps) },
    ...led.map((component): ReadyCheck => ({
      name: component,
      find: () => {
        const leads = metrics.series.get("leading", { component }) === 1;
        return Promise.resolve({ ok: true, detail: leads ? "leading" : "standing by" });
      },
    })),
  ];
}

function simple(name: string, isSo: () => boolean): ReadyCheck {
  return { name, find: () => Promise.resolve({ ok: isSo(), detail: "" }) };
}

async function freshness(
  kind: "actual" | "desired",
  { store, layout, time, config }: ReadinessDeps,
): Promise<CheckResult> {
  const { actualFreshnessTtlSeconds } = config;
  const options = { now: time.now(), actualFreshnessTtlSeconds };
  const { fresh, since } = (await readFreshness(store, layout, options))[kind];
  if (since === undefined) return { ok: fresh, detail: fresh ? "" : "nothing was stored of late" };
  return { ok: fresh, detail: `stored for ${options.now - since} s` };
}
