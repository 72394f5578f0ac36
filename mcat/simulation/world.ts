/**
 * A whole platform in one process: two replicas of every component, a store, a bus, a Cloud Controller and
 * DEAs, all on one virtual clock and out of one seed.
 *
 * @module
 */

import { PassTimeoutError } from "../../lib/helpers/periodic.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import { parseStartMessage } from "../../lib/models/start_message.ts";
import { parseStopMessage } from "../../lib/models/stop_message.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import { MemoryDatabase } from "../../lib/store/memory_database.ts";
import { LeadershipLostError } from "../../lib/store/store_errors.ts";
import { reportPlatform } from "../../test_helpers/simulated_report.ts";
import { Judge } from "./judge.ts";
import { REPLICATED, type ReplicatedName, runReplica } from "./replica.ts";
import type { SeededRandom } from "./seeded_random.ts";
import { SilentLogger } from "./silent_logger.ts";
import { SimulatedCloudController } from "./simulated_cloud_controller.ts";
import { SIMULATED_CONFIG } from "./simulated_config.ts";
import { SimulatedDeas } from "./simulated_deas.ts";
import { SimulatedNats } from "./simulated_bus.ts";
import { SimulatedProcess } from "./simulated_process.ts";
import { SimulatedStore, type StoreWeather } from "./simulated_store.ts";
import { StoreObserver } from "./store_observer.ts";
import type { VirtualClock } from "./virtual_clock.ts";

const REPLICAS = 2;
/** How often the observer looks besides when something is published. */
const LOOK_MS = 1_000;

/** How large a world is. */
export interface WorldSize {
  readonly apps: number;
  readonly deas: number;
}

/** Everything there is. */
export class World {
  readonly clock: VirtualClock;
  readonly deas: SimulatedDeas;
  readonly cloudController = new SimulatedCloudController();
  readonly nats: SimulatedNats;
  readonly judge: Judge;
  readonly storeWeather: StoreWeather = {
    down: false,
    full: false,
    requestLoss: 0,
    answerLoss: 0,
    latencyMaxMs: 5,
  };
  readonly #random: SeededRandom;
  readonly #layout = new StoreLayout(SIMULATED_CONFIG);
  readonly #outside: SimulatedProcess;
  readonly #database: MemoryDatabase;
  readonly #observer: StoreObserver;
  readonly #processes = new Set<SimulatedProcess>();
  #pushed = 0;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.clock = clock;
    this.#random = random;
    this.#outside = new SimulatedProcess("outside", clock);
    this.#database = new MemoryDatabase({ time: this.#outside.time(), historyMax: 2_000 });
    const nowMs = () => clock.nowMs;
    this.#observer = new StoreObserver(this.#database, { layout: this.#layout, nowMs });
    this.nats = new SimulatedNats(random.fork("nats"), (subject, data) => {
      if (subject === SIMULATED_CONFIG.sender.startSubject) this.judge.sawStart(data);
      if (subject === SIMULATED_CONFIG.sender.stopSubject) this.judge.sawStop(data);
    });
    const bus = this.nats.connect(this.#outside);
    this.deas = new SimulatedDeas({
      clock,
      random: random.fork("deas"),
      publish: (subject, json) => {
        if (bus.connected) bus.publish(subject, json);
      },
    });
    const { deas, cloudController } = this;
    const observer = this.#observer;
    this.judge = new Judge({ layout: this.#layout, observer, deas, cloudController, nowMs });
    const { startSubject, stopSubject } = SIMULATED_CONFIG.sender;
    bus.subscribe(startSubject, ({ data }) => this.deas.start(parseStartMessage(data)));
    bus.subscribe(stopSubject, ({ data }) => this.deas.stop(parseStopMessage(data)));
  }

  /** Processes that are alive. */
  get processes(): readonly SimulatedProcess[] {
    return [...this.#processes];
  }

  /** Begins: everything that is desired runs, and every component has its replicas. */
  begin(size: WorldSize): void {
    for (let dea = 0; dea < size.deas; dea += 1) this.deas.add();
    for (let app = 0; app < size.apps; app += 1) this.push(this.#random);
    for (const app of this.cloudController.apps) {
      for (let index = 0; index < app.instances; index += 1) {
        this.#random.pick(this.deas.alive)?.model.start(app, { instanceIndex: index });
      }
    }
    for (const name of REPLICATED) {
      for (let replica = 1; replica <= REPLICAS; replica += 1) this.#spawn(name, replica);
    }
    this.#keepLooking();
  }

  /** Ends every fault that lasts. */
  calm(): void {
    const calm = { down: false, full: false, requestLoss: 0, answerLoss: 0, latencyMaxMs: 5 };
    Object.assign(this.storeWeather, calm);
    Object.assign(this.nats.weather, { down: false, loss: 0, duplication: 0, latencyMaxMs: 5 });
    this.cloudController.mood = "well";
    for (const process of this.#processes) process.cutOff = { store: false, bus: false };
    for (const dea of this.deas.alive) {
      Object.assign(dea, { silentUntilMs: 0, deafUntilMs: 0, slownessMs: 0 });
    }
    if (this.deas.alive.length === 0) this.deas.add();
  }

  /** Whether every desired index runs exactly once and nothing else does. */
  isWhole(): boolean {
    const views = this.deas.alive.map(({ model }) => ({
      deaGuid: model.deaGuid,
      state: "live" as const,
      instances: model.instances,
    }));
    return reportPlatform(this.cloudController.apps, views).whole;
  }

  /** Forgets the past, behind the back of every watch. */
  compact(): void {
    this.#observer.look();
    this.#database.compact(this.#database.revision());
  }

  /** A new app is desired. */
  push(random: SeededRandom): void {
    this.#pushed += 1;
    this.cloudController.desire({
      appGuid: `app-${this.#pushed}`,
      appVersion: "v1",
      instances: random.between(1, 4),
      state: "STARTED",
      packageState: "STAGED",
    });
  }

  /** Another number of instances of some app is desired. */
  scaleSomething(random: SeededRandom): void {
    const app = random.pick(this.cloudController.apps);
    if (app === undefined) return;
    const scaled: DesiredAppState = { ...app, instances: random.between(0, 5) };
    this.cloudController.desire(scaled);
  }

  /** Some app is not desired any more. */
  deleteSomething(random: SeededRandom): void {
    const { apps } = this.cloudController;
    const app = random.pick(apps);
    if (app !== undefined && apps.length > 5) this.cloudController.remove(app);
  }

  /** A process that ends is started again, as a supervisor would. */
  #spawn(name: ReplicatedName, replica: number): void {
    const process = new SimulatedProcess(`${name}/${replica}`, this.clock);
    this.#processes.add(process);
    const again = () => {
      if (!this.#processes.delete(process)) return;
      this.clock.after(this.#random.between(500, 5_000), () => this.#spawn(name, replica));
    };
    process.death.addEventListener("abort", again, { once: true });
    this.#run(name, process).then(
      () => this.#ended(process, undefined),
      (error) => this.#ended(process, error),
    );
  }

  #run(name: ReplicatedName, process: SimulatedProcess): Promise<void> {
    const random = this.#random.fork(process.name);
    const weather = this.storeWeather;
    return runReplica(name, {
      store: new SimulatedStore({ database: this.#database, process, weather, random }),
      layout: this.#layout,
      bus: this.nats.connect(process),
      httpGet: this.cloudController.httpGetFor(process),
      time: process.time(),
      random,
      log: new SilentLogger(),
      signal: new AbortController().signal,
    });
  }

  /** A process may end because it does not lead any more, or because it hangs; for no other reason. */
  #ended(process: SimulatedProcess, error: unknown): void {
    if (process.dead) return;
    const documented = error instanceof LeadershipLostError || error instanceof PassTimeoutError;
    if (!documented) this.judge.accuse("end", `${process.name} ended: ${error}`);
    process.kill();
  }

  #keepLooking(): void {
    this.clock.after(LOOK_MS, () => {
      this.#observer.look();
      this.#keepLooking();
    });
  }
}
