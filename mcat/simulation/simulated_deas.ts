/**
 * The DEAs of the simulated world and what truly runs on them, which is what every judgement of a run goes
 * by. They obey; unless they are deaf, slow, silent, evacuating or dead. They say what is true, unless they
 * lie.
 *
 * @module
 */

import { DROPLET_EXITED_SUBJECT, HEARTBEAT_SUBJECT } from "../../lib/message_bus/subjects.ts";
import { type AppId, appKey } from "../../lib/models/app_key.ts";
import { type DropletExited, dropletExitedToJson } from "../../lib/models/droplet_exited.ts";
import { heartbeatToWire } from "../../lib/models/heartbeat.ts";
import type { InstanceHeartbeat } from "../../lib/models/instance_heartbeat.ts";
import type { StartMessage } from "../../lib/models/start_message.ts";
import type { StopMessage } from "../../lib/models/stop_message.ts";
import { DeaFixture } from "../../test_helpers/dea.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { VirtualClock } from "./virtual_clock.ts";

const ENCODER = new TextEncoder();

const HEARTBEAT_MS = 10_000;
/** A crashed instance is reported for so long. */
const CRASH_SHOWN_MS = 50_000;
/** An evacuating DEA goes down after so long, done or not. */
const EVACUATION_MS = 180_000;

/**
 * A way of not telling the truth: instances that are not there, beside those that are; somebody else's
 * instances as its own; nothing that can be read.
 */
export type Lie = "ghosts" | "borrowed" | "garbage";

/** What no heartbeat should be, and what a heartbeat should not hold. */
const GARBAGE: readonly ((dea: string) => string)[] = [
  () => "",
  () => "{",
  () => "null",
  () => "[]",
  () => '{"dea": 7, "droplets": []}',
  (dea) => JSON.stringify({ "dea": dea, "droplets": "none" }),
  (dea) => JSON.stringify({ "dea": dea, "droplets": [{ "droplet": 1 }] }),
  (dea) => `{"dea":"${dea}","droplets":[{"index":NaN}]}`,
  () => '{"__proto__":{"dea":"dea-1"},"droplets":[]}',
  () => '{"dea":"../../locks/analyzer","droplets":[]}',
];

/** One DEA; times are the world's, in milliseconds. */
export interface SimulatedDea {
  readonly model: DeaFixture;
  alive: boolean;
  /** Says nothing until then, though it runs. */
  silentUntilMs: number;
  /** Hears nothing until then. */
  deafUntilMs: number;
  /** Takes so long to do what it is told. */
  slownessMs: number;
  lie: Lie | undefined;
  /** What it says of instances that are not there or not its own; as long as it lies, always the same. */
  invented: readonly InstanceHeartbeat[];
  /** The bytes of what it said last, which it says again while nothing changes. */
  lastSaid: { readonly json: string; readonly bytes: Uint8Array } | undefined;
}

/** What the DEAs need. */
export interface SimulatedDeasDeps {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  /** Says something on the bus; what cannot be said is lost. */
  readonly publish: (subject: string, bytes: Uint8Array) => void;
  /** Is told what a DEA reports when that is not what it reported before. */
  readonly onReport: (dea: SimulatedDea) => void;
}

/** All DEAs. */
export class SimulatedDeas {
  readonly #deps: SimulatedDeasDeps;
  readonly #deas = new Map<string, SimulatedDea>();
  #lives = 0;
  #instances = 0;

  constructor(deps: SimulatedDeasDeps) {
    this.#deps = deps;
  }

  /** Those that are alive. */
  get alive(): readonly SimulatedDea[] {
    return [...this.#deas.values()].filter(({ alive }) => alive);
  }

  /** A new, empty DEA. */
  add(): SimulatedDea {
    this.#lives += 1;
    const model = new DeaFixture(`dea-${this.#lives}`, {
      now: () => this.#deps.clock.nowMs / 1000,
      instanceGuid: () => `i${this.#instances += 1}`,
    });
    const dea: SimulatedDea = {
      model,
      alive: true,
      silentUntilMs: 0,
      deafUntilMs: 0,
      slownessMs: 0,
      lie: undefined,
      invented: [],
      lastSaid: undefined,
    };
    this.#deas.set(model.deaGuid, dea);
    this.#deps.clock.after(this.#deps.random.between(0, HEARTBEAT_MS), () => this.#beat(dea));
    return dea;
  }

  /** Everything on it is gone, without a word. */
  kill(dea: SimulatedDea): void {
    dea.alive = false;
    this.#deas.delete(dea.model.deaGuid);
  }

  /** It announces that it leaves, and does. */
  evacuate(dea: SimulatedDea): void {
    for (const exited of dea.model.evacuate()) this.#exit(exited);
    this.#deps.clock.after(EVACUATION_MS, () => this.kill(dea));
  }

  /** An instance that runs crashes. */
  crash(instance: InstanceHeartbeat): void {
    const dea = this.#deas.get(instance.deaGuid);
    const exited = dea?.model.crash(instance.instanceGuid);
    if (dea === undefined || exited === undefined) return;
    this.#exit(exited);
    this.#deps.clock.after(CRASH_SHOWN_MS, () => dea.model.stop(instance.instanceGuid));
  }

  /** What truly is at an index of an app. */
  at(app: AppId, index: number): InstanceHeartbeat[] {
    const key = appKey(app);
    return this.instances.filter((one) => one.instanceIndex === index && appKey(one) === key);
  }

  /** Everything on every DEA that is alive. */
  get instances(): InstanceHeartbeat[] {
    return this.alive.flatMap(({ model }) => [...model.instances]);
  }

  /** A start goes to one DEA, as the Cloud Controller would place it. */
  start(message: StartMessage): void {
    const { clock, random } = this.#deps;
    const dea = this.#leastLoaded();
    if (dea === undefined || dea.deafUntilMs > clock.nowMs) return;
    clock.after(dea.slownessMs, () => {
      if (!dea.alive || dea.model.isEvacuating) return;
      const { instanceGuid } = dea.model.applyStart(message, "STARTING");
      clock.after(random.between(1_000, 15_000), () => {
        const now = dea.model.instances.find((one) => one.instanceGuid === instanceGuid);
        if (now?.state === "STARTING") dea.model.becomeRunning(instanceGuid);
      });
    });
  }

  /** A stop is for whichever DEA has the instance. */
  stop(message: StopMessage): void {
    const { clock } = this.#deps;
    for (const dea of this.alive) {
      if (dea.deafUntilMs > clock.nowMs) continue;
      clock.after(dea.slownessMs, () => {
        const exited = dea.alive ? dea.model.applyStop(message) : undefined;
        if (exited !== undefined) this.#exit(exited);
      });
    }
  }

  #leastLoaded(): SimulatedDea | undefined {
    const open = this.alive.filter(({ model }) => !model.isEvacuating);
    return open.sort((a, b) => a.model.instances.length - b.model.instances.length)[0];
  }

  /** It lies from now on. */
  lie(dea: SimulatedDea, lie: Lie): void {
    const { random } = this.#deps;
    const others = this.instances.filter(({ deaGuid }) => deaGuid !== dea.model.deaGuid);
    const invented = Array.from({ length: random.between(1, 3) }, () => random.pick(others));
    dea.lie = lie;
    dea.invented = invented.flatMap((other) => {
      if (other === undefined || lie === "garbage") return [];
      const { deaGuid } = dea.model;
      if (lie === "borrowed") return [{ ...other, deaGuid }];
      const instanceIndex = other.instanceIndex + random.between(0, 2);
      const ghost = {
        ...other,
        deaGuid,
        instanceIndex,
        instanceGuid: `ghost-${this.#instances += 1}`,
      };
      return [{ ...ghost, state: random.pick(["RUNNING", "STARTING"] as const) ?? "RUNNING" }];
    });
  }

  #beat(dea: SimulatedDea): void {
    const { clock } = this.#deps;
    if (!dea.alive) return;
    clock.after(HEARTBEAT_MS, () => this.#beat(dea));
    if (dea.silentUntilMs > clock.nowMs) return;
    if (dea.lie === "garbage" && this.#sayGarbage(dea)) return;
    this.#say(dea, HEARTBEAT_SUBJECT);
  }

  #say(dea: SimulatedDea, subject: string): void {
    const { publish, onReport } = this.#deps;
    const json = dea.lie === undefined ? dea.model.heartbeatJson() : lyingHeartbeat(dea);
    if (dea.lastSaid?.json !== json) {
      dea.lastSaid = { json, bytes: ENCODER.encode(json) };
      onReport(dea);
    }
    publish(subject, dea.lastSaid.bytes);
  }

  /** Garbage beside the truth changes nothing; in its place it is as good as silence. */
  #sayGarbage(dea: SimulatedDea): boolean {
    const { random, publish } = this.#deps;
    const garbage = random.pick(GARBAGE)?.(dea.model.deaGuid) ?? "";
    publish(HEARTBEAT_SUBJECT, ENCODER.encode(garbage));
    return random.chance(0.5);
  }

  #exit(exited: DropletExited): void {
    const json = dropletExitedToJson(exited);
    this.#deps.publish(DROPLET_EXITED_SUBJECT, ENCODER.encode(json));
  }
}

function lyingHeartbeat({ model, invented }: SimulatedDea): string {
  const { deaGuid, instances } = model;
  return JSON.stringify(heartbeatToWire({ deaGuid, instances: [...instances, ...invented] }));
}
