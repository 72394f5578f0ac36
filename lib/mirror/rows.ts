/**
 * The fleet as rows that are small: a million apps with an instance each have to fit beside everything
 * else. Numbers are packed, every text is held once, and an app's instances are linked to each other
 * rather than listed. What callers get to see are models, made on demand.
 *
 * @module
 */

import { APP_STATES, type DesiredAppState, PACKAGE_STATES } from "../models/desired_app_state.ts";
import { INSTANCE_STATES, type InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import type { KnownApp } from "../store/collections/instance_entry.ts";

const NOT_DESIRED = -1;

/** One app: its name, what is desired of it, and the first of its instances. */
export class AppRow implements KnownApp {
  readonly key: string;
  /** The first of its instances on whatever DEA, present or departed. */
  first: InstanceRow | undefined;
  #desired = NOT_DESIRED;

  constructor(key: string) {
    this.key = key;
  }

  get appGuid(): string {
    return this.key.slice(0, this.key.indexOf(","));
  }

  get appVersion(): string {
    return this.key.slice(this.key.indexOf(",") + 1);
  }

  /** What is desired; undefined when the app is not. */
  get desired(): DesiredAppState | undefined {
    if (this.#desired === NOT_DESIRED) return undefined;
    const states = this.#desired % (APP_STATES.length * PACKAGE_STATES.length);
    return {
      appGuid: this.appGuid,
      appVersion: this.appVersion,
      instances: (this.#desired - states) / (APP_STATES.length * PACKAGE_STATES.length),
      state: APP_STATES[states % APP_STATES.length] ?? "STARTED",
      packageState: PACKAGE_STATES[Math.floor(states / APP_STATES.length)] ?? "PENDING",
    };
  }

  get isDesired(): boolean {
    return this.#desired !== NOT_DESIRED;
  }

  /** Whether nothing is known of the app any more. */
  get isBare(): boolean {
    return this.first === undefined && !this.isDesired;
  }

  /** Takes over what is desired, and says whether that is something new. */
  setDesired(desired: DesiredAppState | undefined): boolean {
    const packed = desired === undefined ? NOT_DESIRED : packDesired(desired);
    const changed = packed !== this.#desired;
    this.#desired = packed;
    return changed;
  }
}

/** One instance as its DEA reports it. */
export class InstanceRow {
  readonly guid: string;
  readonly app: AppRow;
  readonly dea: DeaRow;
  /** The others of the same app. */
  next: InstanceRow | undefined;
  previous: InstanceRow | undefined;
  /** Another of the same DEA under the same guid, for another app; hardly ever there. */
  twin: InstanceRow | undefined;
  #indexAndState: number;
  #stateTimestamp: number;

  constructor(place: Pick<InstanceRow, "guid" | "app" | "dea">, instance: InstanceHeartbeat) {
    this.guid = place.guid;
    this.app = place.app;
    this.dea = place.dea;
    this.#indexAndState = packInstance(instance);
    this.#stateTimestamp = instance.stateTimestamp;
  }

  /** Takes over what is reported, and says whether that is something new. */
  set(instance: InstanceHeartbeat): boolean {
    const indexAndState = packInstance(instance);
    const { stateTimestamp } = instance;
    if (indexAndState === this.#indexAndState && stateTimestamp === this.#stateTimestamp) {
      return false;
    }
    this.#indexAndState = indexAndState;
    this.#stateTimestamp = stateTimestamp;
    return true;
  }

  /** The instance of an app whose guids are at hand. */
  toHeartbeat(app: Pick<InstanceHeartbeat, "appGuid" | "appVersion">): InstanceHeartbeat {
    const state = this.#indexAndState % INSTANCE_STATES.length;
    return {
      appGuid: app.appGuid,
      appVersion: app.appVersion,
      instanceGuid: this.guid,
      instanceIndex: (this.#indexAndState - state) / INSTANCE_STATES.length,
      state: INSTANCE_STATES[state] ?? "CRASHED",
      stateTimestamp: this.#stateTimestamp,
      deaGuid: this.dea.guid,
    };
  }
}

/** One DEA and what it reports, or reported before it departed. */
export class DeaRow {
  readonly guid: string;
  present = false;
  /** When its presence was last renewed, by the view's clock; 0 while that is not known. */
  renewedAt = 0;
  /** By instance guid; see {@linkcode InstanceRow.twin}. */
  readonly instances = new Map<string, InstanceRow>();

  constructor(guid: string) {
    this.guid = guid;
  }
}

function packDesired({ instances, state, packageState }: DesiredAppState): number {
  const states = PACKAGE_STATES.indexOf(packageState) * APP_STATES.length +
    APP_STATES.indexOf(state);
  return instances * APP_STATES.length * PACKAGE_STATES.length + states;
}

function packInstance({ instanceIndex, state }: InstanceHeartbeat): number {
  return instanceIndex * INSTANCE_STATES.length + INSTANCE_STATES.indexOf(state);
}
