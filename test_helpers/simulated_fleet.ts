/**
 * The DEAs of a simulated platform: which there are, where in its life each is, and which of them is next
 * to be given an instance. It says nothing on any bus; `simulated_platform.ts` does.
 *
 * @module
 */

import { type AppId, appKey } from "../lib/models/app_key.ts";
import type { InstanceHeartbeat } from "../lib/models/instance_heartbeat.ts";
import { DeaFixture } from "./dea.ts";
import type { DeaState, DeaView } from "./simulated_report.ts";

/** Heartbeats after which a DEA forgets a crashed instance. */
const BEATS_UNTIL_REAPED = 5;

/** A DEA and where in its life it is. */
export interface SimulatedDea {
  readonly model: DeaFixture;
  state: DeaState;
}

/** What a {@linkcode SimulatedFleet} is handed. */
export interface SimulatedFleetOptions {
  /** Wall time in Unix seconds, with fractions. */
  readonly now: () => number;
  readonly heartbeatPeriodMs: number;
}

/** All DEAs there ever were. */
export class SimulatedFleet {
  readonly #options: SimulatedFleetOptions;
  readonly #deas = new Map<string, SimulatedDea>();
  /** How often a DEA of each name was added. */
  readonly #lives = new Map<string, number>();

  constructor(options: SimulatedFleetOptions) {
    this.#options = options;
  }

  /** What the report is made of, in the order the DEAs were added. */
  get views(): readonly DeaView[] {
    return [...this.#deas.values()].map(({ model, state }) => ({
      deaGuid: model.deaGuid,
      state,
      instances: model.instances,
    }));
  }

  /** The DEAs that are alive, evacuating ones included. */
  get present(): readonly SimulatedDea[] {
    return [...this.#deas.values()].filter(isPresent);
  }

  /**
   * Adds an empty DEA; one of this name that is dead or has left comes back empty.
   *
   * @throws {Error} when there is one of this name that is alive
   */
  add(deaGuid: string): void {
    const known = this.#deas.get(deaGuid);
    if (known !== undefined && isPresent(known)) {
      throw new Error(`Cannot add DEA "${deaGuid}": it is there already, name another`);
    }
    const model = new DeaFixture(deaGuid, {
      now: this.#options.now,
      instanceGuid: this.#instanceNames(deaGuid),
    });
    this.#deas.set(deaGuid, { model, state: "live" });
  }

  /**
   * The DEA of this name.
   *
   * @throws {Error} when there is none that is alive; `todo` says what was to be done to it
   */
  require(deaGuid: string, todo: string): SimulatedDea {
    const dea = this.#deas.get(deaGuid);
    if (dea !== undefined && isPresent(dea)) return dea;
    throw new Error(
      `Cannot ${todo} DEA "${deaGuid}": it is ${dea?.state ?? "unknown"}, name one that is alive`,
    );
  }

  /** The live DEA with the fewest instances, the first of several; undefined when there is none. */
  leastLoaded(): SimulatedDea | undefined {
    let least: { readonly dea: SimulatedDea; readonly load: number } | undefined;
    for (const dea of this.#deas.values()) {
      if (dea.state !== "live") continue;
      const load = loadOf(dea);
      if (least === undefined || load < least.load) least = { dea, load };
    }
    return least?.dea;
  }

  /** What runs at an index of the app, and where. */
  findRunning(
    app: AppId,
    index: number,
  ): { readonly dea: SimulatedDea; readonly instance: InstanceHeartbeat } | undefined {
    const key = appKey(app);
    for (const dea of this.present) {
      const instance = dea.model.instances.find((one) =>
        appKey(one) === key && one.instanceIndex === index && one.state === "RUNNING"
      );
      if (instance !== undefined) return { dea, instance };
    }
    return undefined;
  }

  /**
   * A heartbeat period has begun and every DEA has reported: what was STARTING runs from now on, old
   * crashes are forgotten, and who has evacuated everything leaves.
   */
  afterBeat(): void {
    for (const dea of this.present) {
      for (const { instanceGuid, state } of dea.model.instances) {
        if (state === "STARTING") dea.model.becomeRunning(instanceGuid);
      }
      this.#reap(dea.model);
      if (dea.state === "evacuating" && loadOf(dea) === 0) dea.state = "left";
    }
  }

  #reap(model: DeaFixture): void {
    const { now, heartbeatPeriodMs } = this.#options;
    const crashedBefore = now() - BEATS_UNTIL_REAPED * heartbeatPeriodMs / 1000;
    for (const { instanceGuid, state, stateTimestamp } of model.instances) {
      if (state === "CRASHED" && stateTimestamp <= crashedBefore) model.stop(instanceGuid);
    }
  }

  /** A DEA that comes back must not name a new instance as an old one was named. */
  #instanceNames(deaGuid: string): () => string {
    const life = this.#lives.get(deaGuid) ?? 0;
    this.#lives.set(deaGuid, life + 1);
    let started = 0;
    return () => {
      started += 1;
      return life === 0 ? `${deaGuid}-i${started}` : `${deaGuid}-life-${life + 1}-i${started}`;
    };
  }
}

/** How many instances take room on a DEA: crashed ones do not. */
export function loadOf({ model }: SimulatedDea): number {
  let load = 0;
  for (const { state } of model.instances) load += state === "CRASHED" ? 0 : 1;
  return load;
}

function isPresent({ state }: SimulatedDea): boolean {
  return state === "live" || state === "evacuating";
}
