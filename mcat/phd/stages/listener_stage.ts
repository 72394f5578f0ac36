/**
 * The listener as a stage: DEAs' heartbeats until they are saved. The real component, with its real loop,
 * on a bus inside this process, so that the bus is not what is measured.
 *
 * @module
 */

import { ActualStateListener } from "../../../lib/actual_state_listener/actual_state_listener.ts";
import { InProcessBus } from "../../../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../../../lib/message_bus/in_process_hub.ts";
import { HEARTBEAT_SUBJECT } from "../../../lib/message_bus/subjects.ts";
import { UNFENCED } from "../../../lib/store/fence.ts";
import type { Store } from "../../../lib/store/store.ts";
import { benchDeps } from "../bench_deps.ts";
import type { FleetModel } from "../e2e/fleet_model.ts";

/** Longer than any measurement: nothing is to end during one. */
const TTL_SECONDS = 3_600;
/** Saves as soon as there is something to save. */
const SYNC_INTERVAL_MS = 1;

/** A listener that runs, and a way to say something to it. */
export class ListenerStage implements AsyncDisposable {
  readonly #deps = benchDeps();
  readonly #bus: InProcessBus;
  readonly #ended = new AbortController();
  readonly #run: Promise<void>;
  #said = 0;

  constructor(store: Store) {
    this.#bus = new InProcessBus(new InProcessHub(), this.#deps);
    const listener = new ActualStateListener({
      ...this.#deps,
      store,
      bus: this.#bus,
      fence: UNFENCED,
      config: {
        heartbeatPeriodSeconds: TTL_SECONDS,
        heartbeatTtlSeconds: TTL_SECONDS,
        actualFreshnessTtlSeconds: TTL_SECONDS,
        syncIntervalMs: SYNC_INTERVAL_MS,
        cacheRefreshMs: TTL_SECONDS * 1000,
        httpAddress: "127.0.0.1",
        httpPort: undefined,
        httpConnectionsMax: 100,
        tls: undefined,
      },
    });
    this.#run = listener.run(this.#ended.signal);
  }

  /** Every DEA says what it has to say; resolves when all of that is saved. */
  async hear(fleet: FleetModel): Promise<void> {
    for (let dea = 0; dea < fleet.deas; dea += 1) {
      const bytes = fleet.heartbeat(dea);
      if (bytes === undefined) continue;
      this.#bus.publish(HEARTBEAT_SUBJECT, bytes);
      this.#said += 1;
    }
    await this.#saved();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#run;
    await this.#bus[Symbol.asyncDispose]();
  }

  async #saved(): Promise<void> {
    const { metrics, time } = this.#deps;
    while (metrics.get("SavedHeartbeats") < this.#said) {
      if (metrics.get("flush_failures") > 0) throw new Error("Cannot measure: a flush failed");
      await time.sleep(SYNC_INTERVAL_MS);
    }
  }
}
