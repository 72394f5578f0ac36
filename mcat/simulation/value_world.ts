/**
 * One app in a world of values, to try the pure rules on over any interleaving: passes that come or do not
 * come, DEAs that obey at once, later or never. No store, no bus, no clock, no promise.
 *
 * @module
 */

import { analyzeApp } from "../../lib/analyzer/analyze_app.ts";
import type { App } from "../../lib/models/app.ts";
import { appKey } from "../../lib/models/app_key.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import type { InstanceHeartbeat, InstanceState } from "../../lib/models/instance_heartbeat.ts";
import { type PendingStartMessage, startKey } from "../../lib/models/pending_start_message.ts";
import { type PendingStopMessage, stopKey } from "../../lib/models/pending_stop_message.ts";
import type { StopMessage } from "../../lib/models/stop_message.ts";
import { planPass } from "../../lib/sender/select_due.ts";
import { RULE_CONFIG } from "../../test_helpers/analysis.ts";

/** One tick, in seconds: a heartbeat period. */
const TICK_SECONDS = 10;
const ID = { appGuid: "app", appVersion: "version" };

/** Ticks until a DEA does what it is told; never if infinite. Less than a keep-alive otherwise. */
export type Obedience = 0 | 1 | 2 | typeof Infinity;

/** An instance that is there at the beginning. */
export interface FirstInstance {
  readonly index: number;
  readonly state: InstanceState;
  readonly obedience: Obedience;
  /** Whether it comes to run, if it is only starting; if not, it goes on starting. */
  readonly comesUp: boolean;
}

/** What happens in one tick. */
export interface Tick {
  readonly analyzes: boolean;
  readonly sends: boolean;
  /** Another number of instances is desired from now on. */
  readonly desired?: number | undefined;
  /** How instances that are started in this tick obey later … */
  readonly obedience: Obedience;
  /** … and whether they come to run. */
  readonly comesUp: boolean;
}

type Ways = Pick<FirstInstance, "obedience" | "comesUp">;

interface Instance {
  readonly guid: string;
  readonly index: number;
  state: InstanceState;
  readonly obedience: Obedience;
  readonly comesUp: boolean;
  /** Told to stop, this many ticks from now; undefined when it was not told, or never obeys. */
  endsIn: number | undefined;
}

/** The world. */
export class ValueWorld {
  /** Rules that were broken. */
  readonly broken: string[] = [];
  #now = 1_000;
  #ids = 0;
  #desired: DesiredAppState;
  #instances: Instance[] = [];
  #starts = new Map<string, PendingStartMessage>();
  #stops = new Map<string, PendingStopMessage>();

  constructor(desired: number, instances: readonly FirstInstance[]) {
    this.#desired = { ...ID, instances: desired, state: "STARTED", packageState: "STAGED" };
    for (const { index, state, ...ways } of instances) this.#add({ index, state }, ways);
  }

  /** Whether every desired index runs exactly once and nothing else runs. */
  get whole(): boolean {
    const live = this.#instances.filter(({ state }) => state !== "CRASHED");
    const indices = new Set(live.map(({ index }) => index));
    return live.length === this.#desired.instances && indices.size === live.length &&
      live.every(({ index, state }) => index < this.#desired.instances && state === "RUNNING");
  }

  /** How many messages wait. */
  get queued(): number {
    return this.#starts.size + this.#stops.size;
  }

  /** A heartbeat period passes. */
  tick(tick: Tick): void {
    this.#now += TICK_SECONDS;
    if (tick.desired !== undefined) this.#desired = { ...this.#desired, instances: tick.desired };
    this.#obey();
    const app = this.#report();
    if (tick.analyzes) this.#analyze(app);
    if (tick.sends) this.#send(app, tick);
  }

  #obey(): void {
    for (const instance of this.#instances) {
      if (instance.endsIn !== undefined) instance.endsIn -= 1;
      if (instance.state === "STARTING" && instance.comesUp) instance.state = "RUNNING";
    }
    this.#instances = this.#instances.filter(({ endsIn }) => endsIn === undefined || endsIn >= 0);
  }

  #report(): App {
    const instances = this.#instances.map((instance): InstanceHeartbeat => ({
      ...ID,
      instanceGuid: instance.guid,
      instanceIndex: instance.index,
      state: instance.state,
      stateTimestamp: 0,
      deaGuid: "dea",
    }));
    return { ...ID, desired: this.#desired, instances, crashCounts: [] };
  }

  #analyze(app: App): void {
    const analyze = () =>
      analyzeApp(app, {
        pending: {
          starts: new Set([...this.#starts.values()].map((message) => message.instanceIndex)),
          stops: this.#stops,
        },
        now: this.#now,
        config: RULE_CONFIG,
        uuid: () => String(this.#ids += 1),
      });
    const { starts, stops } = analyze();
    for (const { message } of starts) this.#queue(this.#starts, startKey(message), message);
    for (const { message } of stops) this.#queue(this.#stops, stopKey(message), message);
    if (starts.length === 0 && analyze().stops.length > 0) this.broken.push("analysed twice");
    if (analyze().starts.length > 0) this.broken.push("analysed twice");
  }

  #queue<Message>(queue: Map<string, Message>, key: string, message: Message): void {
    if (queue.has(key)) this.broken.push(`queued twice: ${key}`);
    queue.set(key, message);
  }

  #send(app: App, ways: Ways): void {
    const queued = <Message>(queue: ReadonlyMap<string, Message>) =>
      [...queue.values()].map((message) => ({ message, revision: 1 }));
    const plan = planPass({
      starts: queued(this.#starts),
      stops: queued(this.#stops),
      apps: (key) => key === appKey(ID) ? app : undefined,
      now: this.#now,
      messageLimit: 60,
    });
    for (const { message } of plan.starts.expired) this.#starts.delete(startKey(message));
    for (const { queued } of plan.starts.dropped) this.#starts.delete(startKey(queued.message));
    for (const { message } of plan.stops.expired) this.#stops.delete(stopKey(message));
    for (const { queued } of plan.stops.dropped) this.#stops.delete(stopKey(queued.message));
    for (const { message } of plan.starts.send) this.#start(message, ways);
    for (const { queued, message } of plan.stops.send) {
      this.#stops.set(stopKey(queued.message), { ...queued.message, sentOn: this.#now });
      this.#stop(message);
    }
  }

  #start(message: PendingStartMessage, ways: Ways): void {
    const { instanceIndex: index } = message;
    if (message.keepAlive === 0) this.#starts.delete(startKey(message));
    else this.#starts.set(startKey(message), { ...message, sentOn: this.#now });
    if (this.#at(index).some(({ state }) => state === "RUNNING" || state === "STARTING")) {
      this.broken.push(`started beside what runs: ${index}`);
    }
    this.#add({ index, state: "STARTING" }, ways);
  }

  #stop({ instanceGuid, instanceIndex }: StopMessage): void {
    const target = this.#instances.find(({ guid }) => guid === instanceGuid);
    if (target === undefined) return;
    if (target.obedience !== Infinity) target.endsIn ??= target.obedience;
    if (target.state !== "RUNNING" || instanceIndex >= this.#desired.instances) return;
    const stays = this.#at(instanceIndex).some((other) =>
      other !== target && other.state === "RUNNING" && other.endsIn === undefined
    );
    if (!stays) this.broken.push(`stopped the last one at ${instanceIndex}`);
  }

  #at(index: number): Instance[] {
    return this.#instances.filter((instance) => instance.index === index);
  }

  #add(
    { index, state }: Pick<FirstInstance, "index" | "state">,
    { obedience, comesUp }: Ways,
  ): void {
    const guid = `instance-${this.#ids += 1}`;
    this.#instances.push({ guid, index, state, obedience, comesUp, endsIn: undefined });
  }
}
