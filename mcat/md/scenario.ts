/**
 * One scenario: the components over a real store and a real NATS server, and a platform that says what
 * it is told to say. A tick is a heartbeat period, and all that happens in it (behaviour.md 23): time
 * moves, leases lapse, the listener hears every current heartbeat, then everything else has one pass.
 * Every pass is made by a new component, as by a new process: all knowledge is in the store.
 *
 * ```ts
 * md.desire(app.desiredState({ instances: 2 }));
 * md.report(app.heartbeat(1));
 * await md.becomeFresh(); // at second 140 index 1 is found missing
 * await md.tickUntil(170);
 * expect(md.orders).toEqual(["170: start app[1]"]);
 * ```
 *
 * @module
 */

import { expect } from "expect";
import { ActualStateListener } from "../../lib/actual_state_listener/actual_state_listener.ts";
import { Analyzer } from "../../lib/analyzer/analyzer.ts";
import { Api } from "../../lib/api/api.ts";
import { readStoredAppStates } from "../../lib/api/stored_app_states.ts";
import { DesiredStateListener } from "../../lib/desired_state_listener/desired_state_listener.ts";
import { httpGet } from "../../lib/desired_state_listener/http_get.ts";
import { Evacuator } from "../../lib/evacuator/evacuator.ts";
import { explain } from "../../lib/explain/explain.ts";
import type { Explanation } from "../../lib/explain/explanation.ts";
import { readExplainInputs } from "../../lib/explain/read_explain_inputs.ts";
import { UnknownAppError } from "../../lib/explain/unknown_app_error.ts";
import type { Decider } from "../../lib/models/decision.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import type { DropletExited } from "../../lib/models/droplet_exited.ts";
import { type Heartbeat, heartbeatToWire } from "../../lib/models/heartbeat.ts";
import { encodeBasicAuth } from "../../lib/models/basic_auth.ts";
import { APP_STATE_SUBJECT } from "../../lib/message_bus/subjects.ts";
import type { AppId } from "../../lib/models/app_key.ts";
import { Outbox } from "../../lib/outbox/outbox.ts";
import { Sender, type SendReport } from "../../lib/sender/sender.ts";
import {
  FLEET_GAUGES,
  MESSAGE_COUNTERS,
  readMetrics,
  type StoredMetricName,
} from "../../lib/store/collections/metrics.ts";
import { DecisionLog } from "../../lib/store/decision_log.ts";
import { MetricsFlusher } from "../../lib/store/metrics_flusher.ts";
import { NotFreshError } from "../../lib/store/store_errors.ts";
import { MessagePublisher } from "../../test_helpers/message_publisher.ts";
import { StartStopListener } from "../../test_helpers/start_stop_listener.ts";
import type { ScenarioOutside } from "./outside.ts";
import { CREDENTIALS } from "./scenario_config.ts";
import type { ScenarioClock } from "./scenario_clock.ts";
import { describeOrder, type Order } from "./order.ts";
import { whileRunning } from "./while_running.ts";

/** One tick, in seconds: a heartbeat period. */
export const TICK_SECONDS = 10;
/** Ticks until actual state is fresh: its TTL in heartbeats, and one (INT-02). */
const TICKS_TO_FRESH = 4;

/** How heartbeats reach the listener. */
export type HeartbeatWay = "nats" | "http";

/** What the API answered over HTTP. */
export interface BulkAnswer {
  readonly status: number;
  /** Why there is nothing in it, if nothing is. */
  readonly reason: string | null;
  readonly apps: unknown;
}

/** The components, the platform, and the time. */
export class Scenario implements AsyncDisposable {
  readonly outside: ScenarioOutside;
  /** How heartbeats are delivered from now on. */
  heartbeatsOver: HeartbeatWay = "nats";
  readonly #clock: ScenarioClock;
  readonly #publisher: MessagePublisher;
  readonly #listener: StartStopListener;
  readonly #orders: Order[] = [];
  #heartbeats: readonly Heartbeat[] = [];

  /** Use {@linkcode Scenario.begin}. */
  constructor(outside: ScenarioOutside, clock: ScenarioClock, listener: StartStopListener) {
    this.outside = outside;
    this.#clock = clock;
    this.#publisher = new MessagePublisher(outside.platformBus);
    this.#listener = listener;
  }

  /** Everything is there, and nothing has happened yet; closing it closes `outside`. */
  static async begin(outside: ScenarioOutside, clock: ScenarioClock): Promise<Scenario> {
    return new Scenario(outside, clock, await StartStopListener.start(outside.platformBus));
  }

  /** Unix seconds. */
  get now(): number {
    return this.#clock.now;
  }

  /** Everything ordered so far, a line each: when, and what. */
  get orders(): string[] {
    return this.#orders.map(describeOrder);
  }

  /** The starts so far, with when they were sent. */
  get starts(): Extract<Order, { kind: "start" }>[] {
    return this.#orders.filter((order) => order.kind === "start");
  }

  /** The stops so far, with when they were sent. */
  get stops(): Extract<Order, { kind: "stop" }>[] {
    return this.#orders.filter((order) => order.kind === "stop");
  }

  /** What the Cloud Controller wants from now on, and nothing else. */
  desire(...apps: readonly DesiredAppState[]): void {
    this.outside.cloudController.setDesired(apps);
  }

  /** What DEAs report from now on, one heartbeat each; DEAs that are left out have fallen silent. */
  report(...heartbeats: readonly Heartbeat[]): void {
    this.#heartbeats = heartbeats;
  }

  /** Heartbeat periods pass. */
  async tick(count = 1): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      await this.tickWithoutSender();
      await unlessStale(() => this.send());
    }
  }

  /** A heartbeat period passes while the sender is down. */
  async tickWithoutSender(): Promise<void> {
    this.#clock.advance(TICK_SECONDS);
    await this.outside.endLapsedLeases();
    await this.listen();
    await this.fetch();
    await unlessStale(() => this.analyze());
  }

  /** Heartbeat periods pass until it is `second`. */
  async tickUntil(second: number): Promise<void> {
    await this.tick((second - this.now) / TICK_SECONDS);
    expect(this.now).toBe(second);
  }

  /** Ticks until what is stored may be acted upon, which the last of these ticks does. */
  async becomeFresh(): Promise<void> {
    await this.tick(TICKS_TO_FRESH);
  }

  /** The actual_state_listener hears the current heartbeats, saves them and ends. */
  async listen(): Promise<void> {
    const { outside } = this;
    const { metrics } = outside;
    const listening = Promise.withResolvers<number>();
    const config = { ...outside.config.listener, httpPort: this.#httpPort() };
    const listener = new ActualStateListener({ ...outside, config, onListen: listening.resolve });
    const saved = metrics.get("SavedHeartbeats") + this.#heartbeats.length;
    await whileRunning((signal) => listener.run(signal), async () => {
      await outside.bus.flush();
      await this.#deliver(listening.promise);
      await metrics.reached("SavedHeartbeats", saved);
    });
  }

  /** The desired_state_listener makes one pass. */
  async fetch(): Promise<void> {
    const { outside } = this;
    const { fetcher: config, desiredFreshnessTtlSeconds } = outside.config;
    const deps = { ...outside, config, desiredFreshnessTtlSeconds, httpGet };
    await new DesiredStateListener(deps).pass(new AbortController().signal);
  }

  /** The analyzer makes one pass and stores the fleet's gauges, also when it refuses. */
  async analyze(): Promise<void> {
    const { outside } = this;
    const { analyzer: config, actualFreshnessTtlSeconds } = outside.config;
    const decisions = this.#decisionLog("analyzer");
    const analyzer = new Analyzer({ ...outside, config, actualFreshnessTtlSeconds, decisions });
    await this.#storingMetrics(FLEET_GAUGES, async () => void await analyzer.pass());
    await decisions.flush();
  }

  /** The sender makes one pass; all it sent has arrived when this resolves. */
  async send(): Promise<void> {
    const { outside } = this;
    const { sender: config, actualFreshnessTtlSeconds, breakers } = outside.config;
    const decisions = this.#decisionLog("sender");
    const deps = { ...outside, config, actualFreshnessTtlSeconds, breakers, decisions };
    const sender = new Sender(deps);
    await this.#storingMetrics(MESSAGE_COUNTERS, async () => {
      await this.#take(await sender.pass());
    });
    await decisions.flush();
  }

  /** The evacuator hears that instances have ended, queues what that asks for and ends. */
  async evacuate(...exits: readonly DropletExited[]): Promise<void> {
    const { outside } = this;
    const { metrics, config: { gracePeriodSeconds } } = outside;
    const decisions = this.#decisionLog("evacuator");
    const evacuator = new Evacuator({
      ...outside,
      decisions,
      outbox: new Outbox(outside),
      gracePeriodSeconds,
    });
    const received = metrics.get("droplet_exited_received") + exits.length;
    await whileRunning((signal) => evacuator.run(signal), async () => {
      await outside.bus.flush();
      for (const exit of exits) await this.#publisher.publishDropletExited(exit);
      await metrics.reached("droplet_exited_received", received);
    });
    await decisions.flush();
  }

  /** What `explain` says of one version of an app, with what was decided in the last hour. */
  async explain(app: AppId): Promise<Explanation> {
    const deps = { ...this.outside, since: this.now - 3_600, decisionsMax: 20 };
    const [input] = await readExplainInputs(app, deps);
    if (input === undefined) throw new UnknownAppError(app);
    return explain(input);
  }

  /** What the API answers over NATS to a question about one app. */
  async askForApp(app: AppId): Promise<unknown> {
    const question = JSON.stringify({ "droplet": app.appGuid, "version": app.appVersion });
    return await this.#whileAnswering(async () => {
      const { platformBus } = this.outside;
      const answer = await platformBus.request(APP_STATE_SUBJECT, question, { timeoutMs: 10_000 });
      return JSON.parse(new TextDecoder().decode(answer.data));
    });
  }

  /** What the API answers over HTTP to a question about several apps. */
  async askForApps(...apps: readonly AppId[]): Promise<BulkAnswer> {
    const body = JSON.stringify(
      apps.map(({ appGuid, appVersion }) => ({ "droplet": appGuid, "version": appVersion })),
    );
    return await this.#whileAnswering(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/bulk_app_state`, {
        method: "POST",
        body,
        headers: { "authorization": encodeBasicAuth(CREDENTIALS) },
      });
      const reason = response.headers.get("x-hm9000-reason");
      return { status: response.status, reason, apps: await response.json() };
    });
  }

  /** The figures as they are stored. */
  async storedMetrics(): Promise<ReadonlyMap<string, number>> {
    const { store, layout } = this.outside;
    return await readMetrics(store, layout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]();
    await this.outside[Symbol.asyncDispose]();
  }

  /** Takes down what the sender says it has sent, and whatever else has come. */
  async #take(report: SendReport): Promise<void> {
    const listener = this.#listener;
    await listener.waitForCount(this.#orders.length + report.startsSent + report.stopsSent);
    await this.outside.platformBus.flush(); // What was sent besides, unreported, has arrived now too.
    for (const { kind, message } of listener.received.slice(this.#orders.length)) {
      this.#orders.push({ kind, at: this.now, ...message } as Order);
    }
  }

  #decisionLog(component: Decider): DecisionLog {
    const { outside } = this;
    return new DecisionLog({ ...outside, component, config: outside.config.decisionLog });
  }

  async #storingMetrics(
    names: readonly StoredMetricName[],
    pass: () => Promise<void>,
  ): Promise<void> {
    await new MetricsFlusher({ ...this.outside, names, intervalMs: Infinity }).after(pass);
  }

  /** Does `ask`, which is told the HTTP port, while the API runs. */
  async #whileAnswering<T>(ask: (port: number) => Promise<T>): Promise<T> {
    const { outside } = this;
    const { api: config, actualFreshnessTtlSeconds } = outside.config;
    const listening = Promise.withResolvers<number>();
    const api = new Api({
      ...outside,
      config,
      readAppStates: readStoredAppStates({ ...outside, actualFreshnessTtlSeconds }),
      onListen: ({ port }) => listening.resolve(port),
    });
    return await whileRunning((signal) => api.run(signal), async () => {
      await outside.bus.flush();
      return await ask(await listening.promise);
    });
  }

  #httpPort(): number | undefined {
    return this.heartbeatsOver === "http" ? 0 : undefined;
  }

  async #deliver(port: Promise<number>): Promise<void> {
    if (this.heartbeatsOver === "nats") {
      return await this.#publisher.publishHeartbeat(...this.#heartbeats);
    }
    const url = `http://127.0.0.1:${await port}/dea/heartbeat`;
    for (const heartbeat of this.#heartbeats) {
      const body = JSON.stringify(heartbeatToWire(heartbeat));
      const response = await fetch(url, { method: "POST", body });
      await response.body?.cancel();
      expect(response.status).toBe(202);
    }
  }
}

/** A store that is not fresh yet makes a pass refuse: that is what it should do. */
async function unlessStale(pass: () => Promise<unknown>): Promise<void> {
  try {
    await pass();
  } catch (error) {
    if (!(error instanceof NotFreshError)) throw error;
  }
}
