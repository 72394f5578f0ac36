/**
 * Reads what an explanation goes by: the app and its messages as of one revision, fresh or not, what is
 * held, and what was decided of late.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { type App, byAppKey, emptyApp } from "../models/app.ts";
import { type AppId, appKey } from "../models/app_key.ts";
import { readFleetAndQueue } from "../outbox/read_fleet_and_queue.ts";
import { readDecisions } from "../store/collections/decisions.ts";
import { readFreshness, requireFresh } from "../store/collections/freshness.ts";
import { readHolds } from "../store/collections/holds.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { NotFreshError } from "../store/store_errors.ts";
import { explainRules } from "./explain_rules.ts";
import type { ExplainInput } from "./explanation.ts";

/** What reading takes. */
export interface ReadExplainDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly config: Pick<Config, "analyzer" | "sender" | "actualFreshnessTtlSeconds">;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Decisions made at this Unix second or later are read … */
  readonly since: number;
  /** … and as many of them, the newest, for each version of the app. */
  readonly decisionsMax: number;
}

/** What is to be explained: one version of an app, or all that anything is known of. */
export interface WhichApp {
  readonly appGuid: string;
  readonly appVersion?: string | undefined;
}

/** One input for each version, by name; none when nothing is known of the app. */
export async function readExplainInputs(
  which: WhichApp,
  deps: ReadExplainDeps,
): Promise<readonly ExplainInput[]> {
  const { store, layout, time, log, metrics, since, decisionsMax } = deps;
  const now = time.now();
  const freshness = await readStoreFreshness(deps, now);
  const { fleet, queue } = await readFleetAndQueue({ ...deps, appGuid: which.appGuid });
  const { holds } = await readHolds(store, layout, { log, metrics });
  const decisions = await readDecisions(store, layout, { app: which, since, log, metrics });
  const starts = queue.starts.map(({ message }) => message).filter((one) => isAsked(one, which));
  const stops = queue.stops.map(({ message }) => message).filter((one) => isAsked(one, which));
  const known = [...fleet.apps.values()].filter((app) => isAsked(app, which));
  return versions(known, [...starts, ...stops, ...decisions]).map((app) => {
    const own = (one: AppId) => appKey(one) === appKey(app);
    return {
      ...{ app, now, ...freshness, rules: explainRules(deps.config), holds },
      pendingStarts: starts.filter(own),
      pendingStops: stops.filter(own),
      decisions: decisions.filter(own).slice(0, decisionsMax),
    };
  });
}

function isAsked(app: AppId, { appGuid, appVersion = app.appVersion }: WhichApp): boolean {
  return app.appGuid === appGuid && app.appVersion === appVersion;
}

/** The apps, and those of which only messages or decisions are left. */
function versions(known: readonly App[], mentioned: readonly AppId[]): App[] {
  const byKey = new Map(known.map((app) => [appKey(app), app]));
  for (const one of mentioned) {
    const { appGuid, appVersion } = one;
    if (!byKey.has(appKey(one))) byKey.set(appKey(one), emptyApp({ appGuid, appVersion }));
  }
  return [...byKey.values()].sort(byAppKey);
}

async function readStoreFreshness(
  { store, layout, config }: ReadExplainDeps,
  now: number,
): Promise<Pick<ExplainInput, "freshness" | "staleBecause">> {
  const options = { now, actualFreshnessTtlSeconds: config.actualFreshnessTtlSeconds };
  const freshness = await readFreshness(store, layout, options);
  try {
    requireFresh(freshness, options);
    return { freshness, staleBecause: undefined };
  } catch (error) {
    if (error instanceof NotFreshError) return { freshness, staleBecause: error.message };
    throw error;
  }
}
