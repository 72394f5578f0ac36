/**
 * Think of this as your source of test data. An {@linkcode AppFixture} is one app, and everything it gives
 * out fits together: the desired state, the heartbeats and the exits all speak of the same guids, and
 * asking for the instance at an index twice gives the same instance.
 *
 * ```ts
 * import { AppFixture } from "./app.ts";
 *
 * const fixture = new AppFixture("checkout");
 * fixture.desiredState({ instances: 2 }); // STARTED, STAGED
 * fixture.heartbeat(2); // what a DEA says on which indices 0 and 1 run
 * fixture.instanceAtIndex(1).heartbeat("CRASHED");
 * fixture.instanceAtIndex(1).exited("DEA_EVACUATION");
 *
 * // Index 0 runs twice, index 1 has crashed for the third time:
 * fixture.app({
 *   desired: 2,
 *   instances: [
 *     fixture.instanceAtIndex(0).heartbeat(),
 *     fixture.anotherInstanceAtIndex(0).heartbeat(),
 *     fixture.instanceAtIndex(1).heartbeat("CRASHED"),
 *   ],
 *   crashCounts: { 1: 3 },
 * });
 * ```
 *
 * @module
 */

import type { Random } from "../lib/helpers/random.ts";
import type { App } from "../lib/models/app.ts";
import type { AppId } from "../lib/models/app_key.ts";
import type { CrashCount } from "../lib/models/crash_count.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import type { DropletExited } from "../lib/models/droplet_exited.ts";
import type { Heartbeat } from "../lib/models/heartbeat.ts";
import type { InstanceHeartbeat, InstanceState } from "../lib/models/instance_heartbeat.ts";

/** How an {@linkcode AppFixture} names things. */
export interface AppFixtureOptions {
  /** Guid of the app. @default the fixture's name */
  readonly appGuid?: string;
  /** Guid of the version. @default `{name}-version` */
  readonly appVersion?: string;
  /** The DEA that everything runs on unless said otherwise. @default `dea` */
  readonly deaGuid?: string;
  /** Gives instances (and the app, unless named above) random guids. @default guids that tell who they are */
  readonly random?: Random;
}

/** What {@linkcode AppFixture.app} puts together. */
export interface AppParts {
  /** How many instances are desired (STARTED, STAGED), or what differs from that. @default undesired */
  readonly desired?: number | Partial<DesiredAppState>;
  /** What is seen of the app. @default nothing */
  readonly instances?: readonly InstanceHeartbeat[];
  /** Crash counts by index, all created at second 0. @default none */
  readonly crashCounts?: Readonly<Record<number, number>>;
}

/** One app and all that can be said of it. */
export class AppFixture {
  readonly appGuid: string;
  readonly appVersion: string;
  readonly deaGuid: string;
  readonly #random: Random | undefined;
  readonly #instances = new Map<number, InstanceFixture>();
  #others = 0;

  /** @param name what the app's guids begin with; two fixtures of one name are the same app */
  constructor(name = "app", options: AppFixtureOptions = {}) {
    this.#random = options.random;
    this.appGuid = options.appGuid ?? options.random?.uuid() ?? name;
    this.appVersion = options.appVersion ?? options.random?.uuid() ?? `${name}-version`;
    this.deaGuid = options.deaGuid ?? "dea";
  }

  /** The app's id. */
  get id(): AppId {
    return { appGuid: this.appGuid, appVersion: this.appVersion };
  }

  /** The same app in another version. */
  withVersion(appVersion: string): AppFixture {
    const { appGuid, deaGuid } = this;
    const random = this.#random === undefined ? {} : { random: this.#random };
    return new AppFixture(appVersion, { appGuid, appVersion, deaGuid, ...random });
  }

  /** What the Cloud Controller wants: one STARTED and STAGED instance unless said otherwise. */
  desiredState(differing: Partial<DesiredAppState> = {}): DesiredAppState {
    return { ...this.id, instances: 1, state: "STARTED", packageState: "STAGED", ...differing };
  }

  /** The instance at `index`; always the same one. */
  instanceAtIndex(index: number): InstanceFixture {
    const known = this.#instances.get(index);
    if (known !== undefined) return known;
    const instance = this.#newInstance(index, `instance-${index}`);
    this.#instances.set(index, instance);
    return instance;
  }

  /** Yet another instance at `index`, a new one with every call: duplicates are made of these. */
  anotherInstanceAtIndex(index: number): InstanceFixture {
    this.#others += 1;
    return this.#newInstance(index, `instance-${index}-other-${this.#others}`);
  }

  /** What a DEA says on which indices 0 to `instanceCount` - 1 run and nothing else does. */
  heartbeat(instanceCount: number): Heartbeat {
    const instances = this.runningInstances(instanceCount);
    return { deaGuid: this.deaGuid, instances };
  }

  /** Indices 0 to `instanceCount` - 1, running. */
  runningInstances(instanceCount: number): InstanceHeartbeat[] {
    return Array.from(
      { length: instanceCount },
      (_, index) => this.instanceAtIndex(index).heartbeat(),
    );
  }

  /** What a DEA says on which the instance at `index` has crashed and nothing else runs. */
  crashedInstanceHeartbeatAtIndex(index: number): Heartbeat {
    return {
      deaGuid: this.deaGuid,
      instances: [this.instanceAtIndex(index).heartbeat("CRASHED")],
    };
  }

  /** A crash count of one of the app's indices. */
  crashCount(instanceIndex: number, crashCount: number): CrashCount {
    return { ...this.id, instanceIndex, crashCount, createdAt: 0 };
  }

  /** The app as the analyzer and the sender see it. */
  app(parts: AppParts = {}): App {
    const crashCounts = Object.entries(parts.crashCounts ?? {})
      .map(([index, count]) => this.crashCount(Number(index), count));
    const app = { ...this.id, instances: parts.instances ?? [], crashCounts };
    if (parts.desired === undefined) return app;
    const differing = typeof parts.desired === "number"
      ? { instances: parts.desired }
      : parts.desired;
    return { ...app, desired: this.desiredState(differing) };
  }

  #newInstance(index: number, name: string): InstanceFixture {
    const instanceGuid = this.#random?.uuid() ?? `${this.appVersion}-${name}`;
    return new InstanceFixture({
      ...this.id,
      instanceGuid,
      instanceIndex: index,
      deaGuid: this.deaGuid,
    });
  }
}

/** What names an instance and says where it is. */
export type InstanceIdentity = Omit<InstanceHeartbeat, "state" | "stateTimestamp">;

/** One instance and all that can be said of it. */
export class InstanceFixture {
  readonly identity: InstanceIdentity;

  constructor(identity: InstanceIdentity) {
    this.identity = identity;
  }

  /** The instance's guid. */
  get instanceGuid(): string {
    return this.identity.instanceGuid;
  }

  /**
   * What its DEA reports of it.
   *
   * @param stateTimestamp when it entered the state, Unix seconds
   */
  heartbeat(state: InstanceState = "RUNNING", stateTimestamp = 0): InstanceHeartbeat {
    return { ...this.identity, state, stateTimestamp };
  }

  /** The same instance on another DEA. */
  onDea(deaGuid: string): InstanceFixture {
    return new InstanceFixture({ ...this.identity, deaGuid });
  }

  /** What its DEA says when it ends: STOPPED, CRASHED, DEA_SHUTDOWN or DEA_EVACUATION. */
  exited(reason: string): DropletExited {
    const { appGuid, appVersion, instanceGuid, instanceIndex } = this.identity;
    return {
      ccPartition: "default",
      appGuid,
      appVersion,
      instanceGuid,
      instanceIndex,
      reason,
      exitStatus: 0,
      exitDescription: "",
      crashTimestamp: 0,
    };
  }
}
