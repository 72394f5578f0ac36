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
import { type AnalysisReport, Analyzer } from "../../lib/analyzer/analyzer.ts";
import { DesiredStateListener } from "../../lib/desired_state_listener/desired_state_listener.ts";
import { httpGet } from "../../lib/desired_state_listener/http_get.ts";
import { Evacuator } from "../../lib/evacuator/evacuator.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import type { DropletExited } from "../../lib/models/droplet_exited.ts";
import { type Heartbeat, heartbeatToWire } from "../../lib/models/heartbeat.ts";
import { Outbox } from "../../lib/outbox/outbox.ts";
import { Sender, type SendReport } from "../../lib/sender/sender.ts";
import { NotFreshError } from "../../lib/store/store_errors.ts";
import { MessagePublisher } from "../../test_helpers/message_publisher.ts";
import { StartStopListener } from "../../test_helpers/start_stop_listener.ts";
import type { ScenarioOutside } from "./outside.ts";
import type { ScenarioClock } from "./scenario_clock.ts";
import { describeOrder, type Order } from "./order.ts";
import { whileRunning } from "./while_running.ts";

/** One tick, in seconds: a heartbeat period. */
export const TICK_SECONDS = 10;
/** Ticks until actual state is fresh: its TTL in heartbeats, and one (INT-02). */
const TICKS_TO_FRESH = 4;

/** How heartbeats reach the listener. */
export type HeartbeatWay = "nats" | "http";

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
      this.#clock.advance(TICK_SECONDS);
      await this.outside.endLapsedLeases();
      await this.listen();
      await this.fetch();
      await unlessStale(() => this.analyze());
      await unlessStale(() => this.send());
    }
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

  /** The analyzer makes one pass. */
  async analyze(): Promise<AnalysisReport> {
    const { outside } = this;
    const { analyzer: config, actualFreshnessTtlSeconds } = outside.config;
    return await new Analyzer({ ...outside, config, actualFreshnessTtlSeconds }).pass();
  }

  /** The sender makes one pass; all it sent has arrived when this resolves. */
  async send(): Promise<SendReport> {
    const { outside } = this;
    const { sender: config, actualFreshnessTtlSeconds } = outside.config;
    const report = await new Sender({ ...outside, config, actualFreshnessTtlSeconds }).pass();
    await this.#listener.waitForCount(this.#orders.length + report.startsSent + report.stopsSent);
    await outside.platformBus.flush(); // What was sent besides, unreported, has arrived now too.
    const arrived = this.#listener.received.slice(this.#orders.length);
    for (const { kind, message } of arrived) {
      this.#orders.push({ kind, at: this.now, ...message } as Order);
    }
    return report;
  }

  /** The evacuator hears that instances have ended, queues what that asks for and ends. */
  async evacuate(...exits: readonly DropletExited[]): Promise<void> {
    const { outside } = this;
    const { metrics, config: { gracePeriodSeconds } } = outside;
    const evacuator = new Evacuator({
      ...outside,
      outbox: new Outbox(outside),
      gracePeriodSeconds,
    });
    const received = metrics.get("droplet_exited_received") + exits.length;
    await whileRunning((signal) => evacuator.run(signal), async () => {
      await outside.bus.flush();
      for (const exit of exits) await this.#publisher.publishDropletExited(exit);
      await metrics.reached("droplet_exited_received", received);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]();
    await this.outside[Symbol.asyncDispose]();
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
      const { status } = await fetch(url, { method: "POST", body });
      expect(status).toBe(202);
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
