/**
 * The fleet of the end-to-end benchmark: hmperformance's workload, apps of one instance each and 100 of
 * them on a DEA. It is a model that keeps a million instances in little memory and answers what a DEA
 * says in its next heartbeat; `platform_process.ts` puts it on a bus.
 *
 * What hm9000 orders is obeyed: a start runs at once on the next DEA that is there, a stop ends its
 * instance. Stops reach DEAs by way of the Cloud Controller, which refuses to end the only running
 * instance of an app that it wants; so does this one.
 *
 * @module
 */

import { type Heartbeat, heartbeatToWire } from "../../../lib/models/heartbeat.ts";
import type { InstanceHeartbeat, InstanceState } from "../../../lib/models/instance_heartbeat.ts";

/** How large the fleet is, and how it begins. */
export interface FleetModelOptions {
  readonly apps: number;
  readonly instancesPerDea: number;
  /** Share of the apps whose instance has crashed, 0 to 1. */
  readonly crashedFraction: number;
  /** Whether nothing runs at first, though everything is desired. */
  readonly empty: boolean;
  /** Unix seconds, for the instances' state timestamps. */
  readonly now: () => number;
}

/** A DEA as the model keeps it. */
interface ModelDea {
  readonly guid: string;
  instances: InstanceHeartbeat[];
  alive: boolean;
  evacuating: boolean;
  /** Its heartbeat, until something about it changes. */
  bytes: Uint8Array | undefined;
}

const VERSION = "v1";
/** The app of all guests. */
const GUEST = "g";
const encoder = new TextEncoder();

/** Apps, DEAs, and what runs where. */
export class FleetModel {
  readonly #options: FleetModelOptions;
  readonly #deas: ModelDea[];
  /** Running instances of each app. */
  readonly #running: number[] = [];
  /** Apps that lost an instance with its DEA. */
  readonly #lost = new Set<string>();
  #lostStarted = 0;
  #runningApps = 0;
  #started = 0;
  #nextDea = 0;

  constructor(options: FleetModelOptions) {
    this.#options = options;
    const count = Math.max(1, Math.ceil(options.apps / options.instancesPerDea));
    this.#deas = Array.from({ length: count }, (_, number) => emptyDea(number));
    const crashEvery = options.crashedFraction > 0 ? Math.round(1 / options.crashedFraction) : 0;
    for (let app = 0; app < options.apps; app += 1) {
      this.#running.push(0);
      if (options.empty) continue;
      const crashed = crashEvery > 0 && app % crashEvery === 0;
      const dea = Math.floor(app / options.instancesPerDea);
      this.#place(app, { dea, state: crashed ? "CRASHED" : "RUNNING" });
    }
  }

  /** Apps that are desired, one instance of each. */
  get apps(): number {
    return this.#running.length;
  }

  /** Apps of which an instance runs. */
  get runningApps(): number {
    return this.#runningApps;
  }

  /** Apps that have lost an instance with its DEA and were told to start since. */
  get lostStarted(): number {
    return this.#lostStarted;
  }

  /** DEAs that there ever were. */
  get deas(): number {
    return this.#deas.length;
  }

  /** Instances on DEAs that leave. */
  get evacuatingInstances(): number {
    return this.#deas.filter(({ evacuating, alive }) => evacuating && alive)
      .reduce((sum, { instances }) => sum + instances.length, 0);
  }

  /** What the DEA says next; undefined when it is dead. */
  heartbeat(number: number): Uint8Array | undefined {
    const dea = this.#deas[number];
    if (dea === undefined || !dea.alive) return undefined;
    const heartbeat: Heartbeat = { deaGuid: dea.guid, instances: dea.instances };
    dea.bytes ??= encoder.encode(JSON.stringify(heartbeatToWire(heartbeat)));
    return dea.bytes;
  }

  /** Has every DEA's next heartbeat at hand. */
  prepare(): void {
    for (const number of this.#deas.keys()) this.heartbeat(number);
  }

  /** A new app, desired and running from now on; undefined if the DEA cannot take it. */
  addApp(number: number): InstanceHeartbeat | undefined {
    if (!isFree(this.#deas[number])) return undefined;
    this.#running.push(0);
    return this.#place(this.#running.length - 1, { dea: number, state: "RUNNING" });
  }

  /** The DEA names so many guests, instances of an app that nobody knows, besides what runs on it. */
  swell(number: number, guests: number): void {
    const dea = this.#deas[number];
    if (dea === undefined) return;
    const own = dea.instances.filter(({ appGuid }) => !isGuest(appGuid));
    // Short names and times: ten thousand just fit into a message of NATS, a mebibyte.
    const named = Array.from({ length: guests }, (_, at): InstanceHeartbeat => ({
      appGuid: GUEST,
      appVersion: VERSION,
      instanceGuid: `${at}-${number}`,
      instanceIndex: 0,
      state: "RUNNING",
      stateTimestamp: 1,
      deaGuid: dea.guid,
    }));
    dea.instances = [...own, ...named];
    dea.bytes = undefined;
  }

  /** The DEA is gone, with all that ran on it. */
  die(number: number): void {
    const dea = this.#deas[number];
    if (dea === undefined || !dea.alive) return;
    for (const instance of dea.instances) {
      this.#count(instance, -1);
      if (instance.state === "RUNNING") this.#lost.add(instance.appGuid);
    }
    dea.alive = false;
    dea.instances = [];
    dea.bytes = undefined;
  }

  /** The DEA begins to leave; the instances that it will lose. */
  evacuate(number: number): readonly InstanceHeartbeat[] {
    const dea = this.#deas[number];
    if (dea === undefined || !dea.alive || dea.evacuating) return [];
    const leaving = dea.instances.filter(({ state }) => state === "RUNNING");
    for (const instance of leaving) this.#count(instance, -1);
    dea.instances = leaving.map((instance) => ({ ...instance, state: "EVACUATING" }));
    dea.evacuating = true;
    dea.bytes = undefined;
    return dea.instances;
  }

  /** Does what a start message says. False: the app is none of this fleet's, or no DEA is left. */
  start(appGuid: string): boolean {
    if (this.#lost.delete(appGuid)) this.#lostStarted += 1;
    const app = appNumber(appGuid);
    const dea = this.#freeDea();
    if (!(app < this.#running.length) || dea === undefined) return false;
    this.#forgetCrashed(appGuid, app);
    this.#place(app, { dea, state: "RUNNING" });
    return true;
  }

  /** Does what a stop message says. False: there is no such instance, or it may not be ended. */
  stop(instanceGuid: string): boolean {
    const dea = this.#deas[Number(instanceGuid.split("-").at(-1))];
    const instance = dea?.instances.find((one) => one.instanceGuid === instanceGuid);
    if (dea === undefined || instance === undefined) return false;
    const last = !isGuest(instance.appGuid) &&
      this.#running[appNumber(instance.appGuid)] === 1;
    if (instance.state === "RUNNING" && last) return false;
    this.#remove(dea, instance);
    return true;
  }

  #place(
    app: number,
    { dea: number, state }: { readonly dea: number; readonly state: InstanceState },
  ): InstanceHeartbeat {
    const dea = this.#deas[number];
    if (dea === undefined) throw new RangeError(`Cannot place an instance on DEA ${number}`);
    const instance: InstanceHeartbeat = {
      appGuid: appGuidOf(app),
      appVersion: VERSION,
      instanceGuid: `i-${app}-${this.#started}-${number}`,
      instanceIndex: 0,
      state,
      stateTimestamp: Math.floor(this.#options.now()),
      deaGuid: dea.guid,
    };
    this.#started += 1;
    dea.instances.push(instance);
    dea.bytes = undefined;
    this.#count(instance, 1);
    return instance;
  }

  #remove(dea: ModelDea, instance: InstanceHeartbeat): void {
    dea.instances = dea.instances.filter((one) => one !== instance);
    dea.bytes = undefined;
    this.#count(instance, -1);
  }

  /** A crashed instance is reported until its app is started again: it is where it was placed first. */
  #forgetCrashed(appGuid: string, app: number): void {
    const dea = this.#deas[Math.floor(app / this.#options.instancesPerDea)];
    const crashed = dea?.instances.find((one) =>
      one.appGuid === appGuid && one.state === "CRASHED"
    );
    if (dea !== undefined && crashed !== undefined) this.#remove(dea, crashed);
  }

  #count({ appGuid, state }: InstanceHeartbeat, by: 1 | -1): void {
    if (state !== "RUNNING" || isGuest(appGuid)) return;
    const app = appNumber(appGuid);
    const before = this.#running[app] ?? 0;
    this.#running[app] = before + by;
    if (before === 0) this.#runningApps += 1;
    if (before + by === 0) this.#runningApps -= 1;
  }

  #freeDea(): number | undefined {
    for (let tried = 0; tried < this.#deas.length; tried += 1) {
      const number = this.#nextDea;
      this.#nextDea = (number + 1) % this.#deas.length;
      if (isFree(this.#deas[number])) return number;
    }
    return undefined;
  }
}

/** The guid of the app of this number. */
export function appGuidOf(app: number): string {
  return `app-${app}`;
}

/** Its version: there is one. */
export function appVersionOf(): string {
  return VERSION;
}

function appNumber(appGuid: string): number {
  return Number(appGuid.slice("app-".length));
}

function isGuest(appGuid: string): boolean {
  return appGuid === GUEST;
}

function isFree(dea: ModelDea | undefined): boolean {
  return dea !== undefined && dea.alive && !dea.evacuating;
}

function emptyDea(number: number): ModelDea {
  const guid = `dea-${String(number).padStart(6, "0")}`;
  return { guid, instances: [], alive: true, evacuating: false, bytes: undefined };
}
