/**
 * A simulated DEA: it holds instances, reports them, and does what start and stop messages say. It is only
 * a model; to put it on a bus, hand it what arrives and publish what it returns.
 *
 * ```ts
 * import { AppFixture } from "./app.ts";
 * import { DeaFixture } from "./dea.ts";
 *
 * const app = new AppFixture("checkout");
 * const dea = new DeaFixture("dea-1");
 * const instance = dea.start(app, { instanceIndex: 0 });
 * dea.heartbeatJson(); // publish on dea.heartbeat
 * dea.crash(instance.instanceGuid); // publish the answer on droplet.exited
 * dea.evacuate(); // likewise; the instances go on until they are stopped
 *
 * dea.applyStart({ ...app.id, instanceIndex: 1, messageId: "a" }); // from hm9000.start
 * ```
 *
 * @module
 */

import type { AppId } from "../lib/models/app_key.ts";
import type { DropletExited } from "../lib/models/droplet_exited.ts";
import { type Heartbeat, heartbeatToWire } from "../lib/models/heartbeat.ts";
import type { InstanceHeartbeat, InstanceState } from "../lib/models/instance_heartbeat.ts";
import type { StartMessage } from "../lib/models/start_message.ts";
import type { StopMessage } from "../lib/models/stop_message.ts";

/** Options of {@linkcode DeaFixture}. */
export interface DeaFixtureOptions {
  /** Wall time in Unix seconds, for the instances' state timestamps. @default always 0 */
  readonly now?: () => number;
  /** Names new instances. @default `{deaGuid}-instance-{n}`, counted from 1 */
  readonly instanceGuid?: () => string;
}

/** How {@linkcode DeaFixture.start} starts an instance. */
export interface StartInstanceOptions {
  readonly instanceIndex: number;
  /** @default a new one */
  readonly instanceGuid?: string;
  /** @default {"RUNNING"} */
  readonly state?: InstanceState;
}

/** One DEA and what runs on it. */
export class DeaFixture {
  readonly deaGuid: string;
  readonly #now: () => number;
  readonly #instanceGuid: () => string;
  readonly #instances = new Map<string, InstanceHeartbeat>();
  /** What is said until something changes. */
  #json: string | undefined;
  #started = 0;
  #evacuating = false;

  constructor(deaGuid: string, options: DeaFixtureOptions = {}) {
    this.deaGuid = deaGuid;
    this.#now = options.now ?? (() => 0);
    this.#instanceGuid = options.instanceGuid ?? (() => `${deaGuid}-instance-${this.#started}`);
  }

  /** What is on the DEA, in the order it came. */
  get instances(): readonly InstanceHeartbeat[] {
    return [...this.#instances.values()];
  }

  /** Whether the DEA is leaving. A leaving one is not given new instances. */
  get isEvacuating(): boolean {
    return this.#evacuating;
  }

  /** What the DEA says every heartbeat period. */
  heartbeat(): Heartbeat {
    return { deaGuid: this.deaGuid, instances: this.instances };
  }

  /** {@linkcode heartbeat} as it is published. */
  heartbeatJson(): string {
    this.#json ??= JSON.stringify(heartbeatToWire(this.heartbeat()));
    return this.#json;
  }

  /** Starts an instance of the app, beside whatever is there. */
  start(app: AppId, options: StartInstanceOptions): InstanceHeartbeat {
    this.#started += 1;
    const instance: InstanceHeartbeat = {
      appGuid: app.appGuid,
      appVersion: app.appVersion,
      instanceGuid: options.instanceGuid ?? this.#instanceGuid(),
      instanceIndex: options.instanceIndex,
      state: options.state ?? "RUNNING",
      stateTimestamp: this.#now(),
      deaGuid: this.deaGuid,
    };
    this.#put(instance);
    return instance;
  }

  /** Does what a start message says: a DEA does not ask whether the instance is there already. */
  applyStart(message: StartMessage, state: InstanceState = "RUNNING"): InstanceHeartbeat {
    return this.start(message, { instanceIndex: message.instanceIndex, state });
  }

  /** Does what a stop message says; it is meant for whichever DEA has the instance. */
  applyStop(message: StopMessage): DropletExited | undefined {
    return this.stop(message.instanceGuid);
  }

  /** The instance runs from now on. */
  becomeRunning(instanceGuid: string): void {
    this.#enter(instanceGuid, "RUNNING");
  }

  /** Ends an instance: it is gone from the next heartbeat. Undefined if it is not here. */
  stop(instanceGuid: string): DropletExited | undefined {
    const instance = this.#instances.get(instanceGuid);
    if (instance === undefined) return undefined;
    this.#remove(instanceGuid);
    return this.#exited(instance, "STOPPED");
  }

  /** Crashes an instance: it is reported as CRASHED until it is reaped. Undefined if it is not here. */
  crash(instanceGuid: string): DropletExited | undefined {
    const instance = this.#enter(instanceGuid, "CRASHED");
    return instance === undefined ? undefined : this.#exited(instance, "CRASHED");
  }

  /** Forgets the crashed instances, as a DEA does after a while. */
  reapCrashed(): void {
    for (const { instanceGuid, state } of this.instances) {
      if (state === "CRASHED") this.#remove(instanceGuid);
    }
  }

  /** Leaves: what starts or runs is EVACUATING from now on, and says so, an exit for each. */
  evacuate(): DropletExited[] {
    this.#evacuating = true;
    const leaving = this.instances.filter(({ state }) =>
      state === "RUNNING" || state === "STARTING"
    );
    return leaving.map((instance) => {
      this.#enter(instance.instanceGuid, "EVACUATING");
      return this.#exited(instance, "DEA_EVACUATION");
    });
  }

  #enter(instanceGuid: string, state: InstanceState): InstanceHeartbeat | undefined {
    const instance = this.#instances.get(instanceGuid);
    if (instance === undefined) return undefined;
    const changed = { ...instance, state, stateTimestamp: this.#now() };
    this.#put(changed);
    return changed;
  }

  #put(instance: InstanceHeartbeat): void {
    this.#instances.set(instance.instanceGuid, instance);
    this.#json = undefined;
  }

  #remove(instanceGuid: string): void {
    this.#instances.delete(instanceGuid);
    this.#json = undefined;
  }

  #exited(instance: InstanceHeartbeat, reason: string): DropletExited {
    return {
      ccPartition: "default",
      appGuid: instance.appGuid,
      appVersion: instance.appVersion,
      instanceGuid: instance.instanceGuid,
      instanceIndex: instance.instanceIndex,
      reason,
      exitStatus: reason === "CRASHED" ? 1 : 0,
      exitDescription: "",
      crashTimestamp: reason === "CRASHED" ? Math.floor(this.#now()) : 0,
    };
  }
}
