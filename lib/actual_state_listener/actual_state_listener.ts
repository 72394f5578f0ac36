/**
 * The actual_state_listener hears what DEAs report and keeps the store in step with it. Messages only fill
 * an inbox; one loop flushes it at its own pace, never twice at once (LIS-01, LIS-02, LIS-05, REG-35,
 * REG-39). It writes as the leader of its name: every write carries the fence.
 *
 * @module
 */

import type { ListenerConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { MessageBus } from "../message_bus/message_bus.ts";
import { ADVERTISE_SUBJECT, HEARTBEAT_SUBJECT } from "../message_bus/subjects.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { SERVER_LIMITS } from "../http_server/http_server.ts";
import { serveHttp } from "../http_server/serve_http.ts";
import { LeadershipLostError } from "../store/store_errors.ts";
import { DeaCache } from "./dea_cache.ts";
import { Flush } from "./flush.ts";
import { HEARTBEAT_BYTES_MAX, HeartbeatInbox } from "./heartbeat_inbox.ts";
import type { FlushTraces } from "./flush_traces.ts";
import { heartbeatRoutes } from "./http_heartbeats.ts";
import { shouldBumpOnAdvertise } from "./should_bump_on_advertise.ts";
import { sweepDeparted } from "./sweep_departed.ts";

/** What the actual_state_listener is handed. */
export interface ActualStateListenerDeps {
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows what is new until it is saved. @default nobody does */
  readonly traces?: FlushTraces | undefined;
  readonly random: Random;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly fence: Fence;
  readonly config: ListenerConfig;
  /** Told the port once heartbeats are taken over HTTP; for who asked for port 0. */
  readonly onListen?: (port: number) => void;
  /** Told after each round of saving, whatever came of it: it does not hang. */
  readonly onRound?: () => void;
}

/** Keeps the store's actual state in step with what DEAs report. */
export class ActualStateListener {
  readonly #deps: ActualStateListenerDeps;
  readonly #inbox: HeartbeatInbox;
  readonly #cache: DeaCache;
  readonly #flush: Flush;
  #sweepDueAtMs: number;

  /** Takes nothing in and writes nothing until it is run. */
  constructor(deps: ActualStateListenerDeps) {
    const { time, config } = deps;
    this.#deps = deps;
    this.#inbox = new HeartbeatInbox(deps);
    this.#cache = new DeaCache({ ...deps, maxAgeMs: config.cacheRefreshMs });
    this.#flush = new Flush({ ...deps, inbox: this.#inbox, cache: this.#cache });
    // Not before every DEA has had the time to say that it is still there.
    this.#sweepDueAtMs = time.monotonicMs() + config.heartbeatTtlSeconds * 1000;
  }

  /**
   * Listens until `signal` aborts, then saves what it still heard if it still leads.
   *
   * @throws {LeadershipLostError} when another process leads
   * @throws {Error} when the HTTP address cannot be listened on
   */
  async run(signal: AbortSignal): Promise<void> {
    const stops: (() => Promise<void>)[] = [];
    try {
      for (const start of [() => this.#subscribe(), () => this.#serve()]) {
        stops.push(...await start());
      }
      await this.#loop(signal);
    } finally {
      await this.#stop(stops);
    }
    await this.#lastFlush();
  }

  #subscribe(): (() => Promise<void>)[] {
    const { bus } = this.#deps;
    const subscriptions = [
      bus.subscribe(HEARTBEAT_SUBJECT, (message) => void this.#inbox.receive(message.data)),
      bus.subscribe(ADVERTISE_SUBJECT, () => this.#advertised()),
    ];
    return subscriptions.map((subscription) => () => subscription.drain());
  }

  async #serve(): Promise<(() => Promise<void>)[]> {
    const { config, log, time, onListen } = this.#deps;
    if (config.httpPort === undefined) return [];
    const server = await serveHttp(heartbeatRoutes(this.#inbox, log).fetch, {
      address: config.httpAddress,
      port: config.httpPort,
      tls: config.tls,
      limits: {
        ...SERVER_LIMITS,
        bodyBytesMax: HEARTBEAT_BYTES_MAX,
        connectionsMax: config.httpConnectionsMax,
      },
      time,
      log,
    });
    const { port } = server;
    log.info("Taking heartbeats over HTTP", { address: config.httpAddress, port });
    onListen?.(port);
    return [() => server.shutdown()];
  }

  /** What does not stop cleanly must not hide why the component ends. */
  async #stop(stops: readonly (() => Promise<void>)[]): Promise<void> {
    for (const result of await Promise.allSettled(stops.map((stop) => stop()))) {
      if (result.status === "fulfilled") continue;
      this.#deps.log.warn("Cannot stop listening cleanly", { error: result.reason });
    }
  }

  #advertised(): void {
    const { time, config } = this.#deps;
    const bumps = shouldBumpOnAdvertise({
      now: time.now(),
      lastHeartbeatAt: this.#inbox.lastReceivedAt,
      actualFreshnessTtlSeconds: config.actualFreshnessTtlSeconds,
    });
    if (bumps) this.#flush.advertise();
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { time, bus, config, onRound } = this.#deps;
    while (!signal.aborted) {
      const startedAtMs = time.monotonicMs();
      const saved = await this.#flush.pass();
      // While DEAs cannot be heard or their presence cannot be saved, they only seem to have departed.
      const trusted = saved && bus.connected;
      if (trusted && time.monotonicMs() >= this.#sweepDueAtMs) await this.#sweep();
      onRound?.();
      const tookMs = time.monotonicMs() - startedAtMs;
      await time.sleep(Math.max(0, config.syncIntervalMs - tookMs), { signal });
    }
  }

  /** What is left behind harms nobody, so a sweep that fails is only said, and tried again. */
  async #sweep(): Promise<void> {
    const { time, log, metrics, config } = this.#deps;
    this.#sweepDueAtMs = time.monotonicMs() + config.heartbeatPeriodSeconds * 1000;
    try {
      const departed = await sweepDeparted({ ...this.#deps, cache: this.#cache });
      for (const deaGuid of departed) this.#inbox.forget(deaGuid);
      metrics.set("deas", this.#cache.deaGuids.length);
      if (departed.length === 0) return;
      metrics.increment("departed_deas", departed.length);
      log.info("Removed what departed DEAs left behind", { deas: departed.length });
    } catch (error) {
      if (error instanceof LeadershipLostError) throw error;
      metrics.increment("sweep_failures");
      log.warn("Cannot remove what departed DEAs left behind", { error });
    }
  }

  /** Nothing is written once the lease may be gone (HAZ-14); what is lost then is heard again. */
  async #lastFlush(): Promise<void> {
    const { fence, log } = this.#deps;
    try {
      fence.assertHeld();
      await this.#flush.pass();
    } catch (error) {
      if (!(error instanceof LeadershipLostError)) throw error;
      log.info("Left out the last flush: another process may lead", { error });
    }
  }
}
