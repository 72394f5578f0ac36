/**
 * A platform for hm9000 to keep healthy: DEAs that report every period and obey start and stop messages,
 * and a Cloud Controller that desires apps. What breaks, breaks when it is told to; what hm9000 orders is
 * done: a start goes to the live DEA with the fewest instances, is STARTING for one heartbeat and RUNNING
 * from then on. `hm9000 demo` runs on it, and so can any test, on any message bus and any clock.
 *
 * ```ts
 * import { DesiredStateServer } from "./desired_state_server.ts";
 * import { SimulatedPlatform } from "./simulated_platform.ts";
 *
 * await using cloudController = DesiredStateServer.start({ user: "cc", password: "secret" });
 * const platform = new SimulatedPlatform({ bus, cloudController, time, heartbeatPeriodMs: 1_000 });
 * platform.addDea("dea-1");
 * platform.addDea("dea-2");
 * platform.addApp("checkout", { instances: 3, running: true });
 * const running = platform.run(signal); // heartbeats, and does what hm9000 says, until it is aborted
 *
 * platform.killDea("dea-1");
 * await platform.waitUntil(({ whole }) => whole); // hm9000 has started everything again
 * ```
 *
 * @module
 */

import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import { BusUnavailableError, type MessageBus } from "../lib/message_bus/message_bus.ts";
import { DROPLET_EXITED_SUBJECT, HEARTBEAT_SUBJECT } from "../lib/message_bus/subjects.ts";
import { type AppId, appKey } from "../lib/models/app_key.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import { type DropletExited, dropletExitedToJson } from "../lib/models/droplet_exited.ts";
import type { InstanceHeartbeat } from "../lib/models/instance_heartbeat.ts";
import { parseStartMessage, type StartMessage } from "../lib/models/start_message.ts";
import { parseStopMessage, type StopMessage } from "../lib/models/stop_message.ts";
import { AppFixture } from "./app.ts";
import { loadOf, SimulatedFleet } from "./simulated_fleet.ts";
import { type PlatformReport, reportPlatform } from "./simulated_report.ts";

/** The heartbeat period unless another is given, in milliseconds: a real DEA's. */
const HEARTBEAT_PERIOD_MS = 10_000;

/** What was done because hm9000 said so. */
export type PlatformEvent =
  /** `deaGuid` is undefined when there was no DEA to start it on. */
  | {
    readonly kind: "start";
    readonly message: StartMessage;
    readonly deaGuid: string | undefined;
  }
  /** Both are undefined when no DEA had the instance; `stopped` is the instance as it was before. */
  | {
    readonly kind: "stop";
    readonly message: StopMessage;
    readonly deaGuid: string | undefined;
    readonly stopped: InstanceHeartbeat | undefined;
  };

/** What a {@linkcode SimulatedPlatform} is handed. */
export interface SimulatedPlatformOptions {
  readonly bus: MessageBus;
  /** Is told what is desired whenever that changes: a `DesiredStateServer`. */
  readonly cloudController: { setDesired(apps: readonly DesiredAppState[]): void };
  readonly time: TimeProvider;
  /** @default {10_000} */
  readonly heartbeatPeriodMs?: number;
  /** @default {"hm9000.start"} */
  readonly startSubject?: string;
  /** @default {"hm9000.stop"} */
  readonly stopSubject?: string;
  /** Is told what was done, right after it was. */
  readonly onEvent?: (event: PlatformEvent) => void;
}

/** How {@linkcode SimulatedPlatform.addApp} adds an app. */
export interface AddAppOptions {
  /** How many instances are desired. */
  readonly instances: number;
  /** Whether they run already. @default {false} */
  readonly running?: boolean;
}

/** DEAs and a Cloud Controller around a message bus. */
export class SimulatedPlatform {
  readonly #options: SimulatedPlatformOptions;
  readonly #fleet: SimulatedFleet;
  /** By app key, in the order they were added. */
  readonly #desired = new Map<string, DesiredAppState>();
  readonly #looks = new Set<() => void>();
  #messagesLost = 0;

  constructor(options: SimulatedPlatformOptions) {
    const { time, heartbeatPeriodMs = HEARTBEAT_PERIOD_MS } = options;
    this.#options = options;
    this.#fleet = new SimulatedFleet({ now: () => time.nowMs() / 1000, heartbeatPeriodMs });
  }

  /** How many heartbeats and exits were lost because the bus was down. */
  get messagesLost(): number {
    return this.#messagesLost;
  }

  /**
   * A new, empty DEA; or one of this name that is dead or has left comes back empty.
   *
   * @throws {Error} when there is one of this name that is alive
   */
  addDea(deaGuid: string): void {
    this.#fleet.add(deaGuid);
    this.#changed();
  }

  /** The Cloud Controller desires a new app, STARTED and STAGED. Returns its id. */
  addApp(name: string, options: AddAppOptions): AppId {
    const { instances, running = false } = options;
    const app = new AppFixture(name);
    this.#desired.set(appKey(app), app.desiredState({ instances }));
    for (let instanceIndex = 0; running && instanceIndex < instances; instanceIndex += 1) {
      this.#fleet.leastLoaded()?.model.start(app, { instanceIndex });
    }
    this.#desiredChanged();
    return app.id;
  }

  /**
   * The Cloud Controller desires another number of instances; with 0 it lists the app still.
   *
   * @throws {Error} when the app is unknown
   */
  scale(app: AppId, instances: number): void {
    const desired = this.#desired.get(appKey(app));
    if (desired === undefined) {
      throw new Error(`Cannot scale app "${appKey(app)}": it is not desired, add it first`);
    }
    this.#desired.set(appKey(app), { ...desired, instances });
    this.#desiredChanged();
  }

  /** The Cloud Controller does not list the app any more. */
  removeApp(app: AppId): void {
    this.#desired.delete(appKey(app));
    this.#desiredChanged();
  }

  /** An instance that runs at the index crashes. Returns the DEA it was on; undefined if none runs. */
  crash(app: AppId, index: number): string | undefined {
    const found = this.#fleet.findRunning(app, index);
    if (found === undefined) return undefined;
    const exited = found.dea.model.crash(found.instance.instanceGuid);
    if (exited !== undefined) this.#publishExit(exited);
    this.#changed();
    return found.dea.model.deaGuid;
  }

  /**
   * A DEA dies without a word, and everything on it. Returns how many instances are lost.
   *
   * @throws {Error} when there is none of this name that is alive
   */
  killDea(deaGuid: string): number {
    const dea = this.#fleet.require(deaGuid, "kill");
    dea.state = "dead";
    this.#changed();
    return loadOf(dea);
  }

  /**
   * A DEA announces that it leaves. Its instances go on, EVACUATING, until they are stopped; the DEA leaves
   * with the last of them. Returns how many there are.
   *
   * @throws {Error} when there is none of this name that is alive
   */
  evacuateDea(deaGuid: string): number {
    const dea = this.#fleet.require(deaGuid, "evacuate");
    dea.state = "evacuating";
    const exits = dea.model.evacuate();
    exits.forEach((exited) => this.#publishExit(exited));
    this.#changed();
    return exits.length;
  }

  /** Every instance on a DEA that is alive, whatever its state. */
  get instances(): readonly InstanceHeartbeat[] {
    return this.#fleet.present.flatMap(({ model }) => model.instances);
  }

  /** What the Cloud Controller desires. */
  get desired(): readonly DesiredAppState[] {
    return [...this.#desired.values()];
  }

  /** What the platform looks like now. */
  report(): PlatformReport {
    return reportPlatform(this.desired, this.#fleet.views);
  }

  /** Whether every desired index has exactly one instance, running, and nothing else runs. */
  isWhole(): boolean {
    return this.report().whole;
  }

  /**
   * Resolves with the first report, from now on, that `matches`; it looks whenever anything changes.
   * It waits for ever: put a deadline around it.
   */
  waitUntil(matches: (report: PlatformReport) => boolean): Promise<PlatformReport> {
    return new Promise((resolve) => {
      const look = () => {
        const report = this.report();
        if (!matches(report)) return;
        this.#looks.delete(look);
        resolve(report);
      };
      this.#looks.add(look);
      look();
    });
  }

  /** Reports every period and obeys, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { bus, startSubject = "hm9000.start", stopSubject = "hm9000.stop" } = this.#options;
    const subscriptions = [
      bus.subscribe(startSubject, ({ data }) => this.#start(parseStartMessage(data))),
      bus.subscribe(stopSubject, ({ data }) => this.#stop(parseStopMessage(data))),
    ];
    try {
      await this.#beatUntil(signal);
    } finally {
      await Promise.all(subscriptions.map((subscription) => subscription.drain()));
    }
  }

  async #beatUntil(signal: AbortSignal): Promise<void> {
    const { time, heartbeatPeriodMs = HEARTBEAT_PERIOD_MS } = this.#options;
    let nextMs = time.monotonicMs();
    while (!signal.aborted) {
      for (const { model } of this.#fleet.present) {
        this.#publish(HEARTBEAT_SUBJECT, model.heartbeatJson());
      }
      this.#fleet.afterBeat();
      this.#changed();
      // A beat that is late does not make the ones after it hurry.
      nextMs = Math.max(nextMs + heartbeatPeriodMs, time.monotonicMs());
      await time.sleep(nextMs - time.monotonicMs(), { signal });
    }
  }

  #start(message: StartMessage): void {
    const dea = this.#fleet.leastLoaded();
    dea?.model.applyStart(message, "STARTING");
    this.#options.onEvent?.({ kind: "start", message, deaGuid: dea?.model.deaGuid });
    this.#changed();
  }

  #stop(message: StopMessage): void {
    let deaGuid: string | undefined;
    let stopped: InstanceHeartbeat | undefined;
    for (const { model } of this.#fleet.present) {
      const before = model.instances.find((one) => one.instanceGuid === message.instanceGuid);
      const exited = model.applyStop(message);
      if (exited === undefined) continue;
      deaGuid = model.deaGuid;
      stopped = before;
      this.#publishExit(exited);
    }
    this.#options.onEvent?.({ kind: "stop", message, deaGuid, stopped });
    this.#changed();
  }

  #publishExit(exited: DropletExited): void {
    this.#publish(DROPLET_EXITED_SUBJECT, dropletExitedToJson(exited));
  }

  /** As with NATS, what is said while the bus is down is lost. */
  #publish(subject: string, json: string): void {
    try {
      this.#options.bus.publish(subject, json);
    } catch (error) {
      if (!(error instanceof BusUnavailableError)) throw error;
      this.#messagesLost += 1;
    }
  }

  #desiredChanged(): void {
    this.#options.cloudController.setDesired(this.desired);
    this.#changed();
  }

  #changed(): void {
    this.#looks.forEach((look) => look());
  }
}
