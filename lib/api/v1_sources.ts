/**
 * Where the routes under `/v1` find their answers: the mirror, the index of its apps, and, for what the
 * mirror does not have, the store, which is read once a second at most however many ask (I17).
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Decision } from "../models/decision.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readDecisions } from "../store/collections/decisions.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { EventHub } from "./event_hub.ts";
import type { ExplainApp } from "./explain_question.ts";
import { FleetLookout, type FleetLookoutDeps } from "./fleet_sight.ts";
import { IndexedFleet } from "./indexed_fleet.ts";
import { type Leader, readLeaders } from "./leaders.ts";
import { withPatience } from "../helpers/patience.ts";
import { recent } from "../helpers/recent.ts";
import { sortedDeas } from "./v1/deas.ts";
import { queuedMessages } from "./v1/messages.ts";
import type { V1Deps } from "./v1/v1_routes.ts";

/** What questions on the whole fleet are answered with. */
export interface ApiFleet extends FleetLookoutDeps {
  /** Where leaderships and decisions are looked up. */
  readonly store: Store;
  readonly layout: StoreLayout;
  /** Says what will happen to an app next. */
  readonly explain: ExplainApp;
  /** Of the program. */
  readonly version: string;
  /** Most who may follow the events at one time. */
  readonly eventClientsMax: number;
}

/** The sources, with what has to run for them. */
export class V1Sources implements Disposable {
  /** What the routes are handed. */
  readonly routes: Omit<V1Deps, "log" | "metrics">;
  readonly indexed: IndexedFleet;
  readonly hub: EventHub;

  constructor(
    deps: ApiFleet,
    { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
  ) {
    const { mirror, store, layout, time, explain, version, eventClientsMax } = deps;
    const lookout = new FleetLookout(deps);
    const look = () => lookout.look();
    const fleet = new IndexedFleet(deps);
    const corruptRecords = new CorruptRecords({ log, metrics });
    this.indexed = fleet;
    this.hub = new EventHub({ ...deps, look, fleet, log, clientsMax: eventClientsMax });
    this.routes = {
      ...{ fleet, look, explain, version },
      readLeaders: recent(() => leadersOrUnknown(store, time), time),
      listDeas: recent(() => Promise.resolve(sortedDeas(mirror.view?.deas() ?? [])), time),
      listMessages: recent(() => Promise.resolve(queuedMessages(mirror.view)), time),
      listDecisions: recent(
        () => inTime(readDecisions(store, layout, { corruptRecords }), time),
        time,
      ),
      follow: (lastEventId) => this.hub.open(lastEventId),
    };
  }

  /** The mirror need not gather changes any more. */
  [Symbol.dispose](): void {
    this.indexed[Symbol.dispose]();
  }
}

async function leadersOrUnknown(
  store: Store,
  time: TimeProvider,
): Promise<readonly Leader[] | undefined> {
  try {
    return await withPatience(readLeaders(store), time);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

async function inTime(
  decisions: Promise<readonly Decision[]>,
  time: TimeProvider,
): Promise<readonly Decision[]> {
  const read = await withPatience(decisions, time);
  if (read === undefined) throw new StoreUnavailableError("The store does not answer in time");
  return read;
}
