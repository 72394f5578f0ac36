/**
 * A whole platform in one process: two replicas of every component on two nodes, a store, a bus, a Cloud
 * Controller and DEAs, all on one virtual clock and out of one seed, with the judges who watch it.
 *
 * @module
 */

import { PassTimeoutError } from "../../lib/helpers/periodic.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import { parseStartMessage } from "../../lib/models/start_message.ts";
import { parseStopMessage } from "../../lib/models/stop_message.ts";
import { DROPLET_EXITED_SUBJECT } from "../../lib/message_bus/subjects.ts";
import { lockKey, StoreLayout } from "../../lib/store/layout.ts";
import { MemoryDatabase, type SavedDatabase } from "../../lib/store/memory_database.ts";
import { MemoryStore } from "../../lib/store/memory_store.ts";
import { LeadershipLostError } from "../../lib/store/store_errors.ts";
import { type PlatformReport, reportPlatform } from "../../test_helpers/simulated_report.ts";
import { Accusations } from "./accusations.ts";
import { AnswerJudge } from "./answer_judge.ts";
import { FenceJudge } from "./fence_judge.ts";
import { HistoryHash } from "./history_hash.ts";
import { HoldJudge } from "./hold_judge.ts";
import { Judge } from "./judge.ts";
import { QueueJudge } from "./queue_judge.ts";
import { REPLICATED, type ReplicatedName, runReplica } from "./replica.ts";
import { ReportJudge } from "./report_judge.ts";
import type { SeededRandom } from "./seeded_random.ts";
import { SilentLogger } from "./silent_logger.ts";
import { SimulatedCloudController } from "./simulated_cloud_controller.ts";
import { drawConfig, SIMULATED_CONFIG, type SimulatedConfig } from "./simulated_config.ts";
import { SimulatedDeas } from "./simulated_deas.ts";
import { SimulatedNats } from "./simulated_bus.ts";
import { SimulatedOperator } from "./simulated_operator.ts";
import { EPOCH_SECONDS, type SimulatedNode, SimulatedProcess, WHOLE } from "./simulated_process.ts";
import { SimulatedStore, type StoreWeather } from "./simulated_store.ts";
import { type StoreChange, StoreObserver } from "./store_observer.ts";
import type { VirtualClock } from "./virtual_clock.ts";

const REPLICAS = 2;
/** How often the observer looks besides when something is published. */
const LOOK_MS = 1_000;
/** Who is asked to end has ended after so long, in weather that lets it. */
const ENDED_WITHIN_MS = 30_000;
/** How long something that is started beside what runs takes to come up: longer than a stop waits. */
const COPY_STARTS_MS = 240_000;
/** How often an operator looks whether a breaker holds something, once the weather is calm. */
const RESUME_MS = 60_000;
/** Weather that nobody is kept from anything by. */
const CALM: Readonly<StoreWeather> = {
  down: false,
  full: false,
  requestLoss: 0,
  answerLoss: 0,
  latencyMaxMs: 5,
};
/**
 * How often an operator makes a backup of the store, and how old the one is at least that is restored: a
 * mirror's bookmark lasts for so long, and what is restored later than that is told by it (`bookmark.ts`).
 */
const BACKUP_MS = 120_000;

/** How large a world is. */
export interface WorldSize {
  readonly apps: number;
  readonly deas: number;
}

/** The store as it was. */
interface Backup {
  readonly saved: SavedDatabase;
  readonly atMs: number;
}

/** Everything there is. */
export class World {
  readonly clock: VirtualClock;
  readonly deas: SimulatedDeas;
  readonly cloudController: SimulatedCloudController;
  readonly nats: SimulatedNats;
  readonly accusations: Accusations;
  readonly judge: Judge;
  readonly storeWeather: StoreWeather = { ...CALM };
  /** One for each replica. */
  readonly nodes: readonly SimulatedNode[] = Array.from(
    { length: REPLICAS },
    () => ({ skewMs: 0 }),
  );
  readonly history = new HistoryHash();
  readonly #random: SeededRandom;
  readonly #config: SimulatedConfig;
  readonly #layout = new StoreLayout(SIMULATED_CONFIG);
  readonly #database: MemoryDatabase;
  readonly #observer: StoreObserver;
  readonly #fence: FenceJudge;
  readonly #queue: QueueJudge;
  readonly #reports: ReportJudge;
  readonly #answers: AnswerJudge;
  readonly #holds: HoldJudge;
  readonly #operator: SimulatedOperator;
  readonly #processes = new Set<SimulatedProcess>();
  /** The last two backups, the older one first. */
  #backups: readonly Backup[] = [];
  #troubledAtMs = 0;
  #skewedAtMs = -Infinity;
  #pushed = 0;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.clock = clock;
    this.#random = random;
    this.#config = drawConfig(random.fork("config"));
    const nowMs = () => clock.nowMs;
    const layout = this.#layout;
    const outside = new SimulatedProcess("outside", { clock, node: { skewMs: 0 } });
    this.#database = new MemoryDatabase({ time: outside.time(), historyMax: 2_000 });
    this.accusations = new Accusations(nowMs);
    const judging = { layout, accusations: this.accusations, nowMs, database: this.#database };
    const onRevision = (changes: readonly StoreChange[], revision: number) =>
      this.#changed(changes, revision);
    this.#observer = new StoreObserver({ ...judging, onRevision });
    const observer = this.#observer;
    this.#fence = new FenceJudge(judging);
    this.#reports = new ReportJudge(judging);
    this.#answers = new AnswerJudge({ ...judging, observer });
    this.#holds = new HoldJudge({ ...judging, observer });
    this.#operator = new SimulatedOperator({
      store: new MemoryStore({ time: outside.time(), database: this.#database }),
      layout,
      time: outside.time(),
      random: random.fork("operator"),
    });
    this.#queue = new QueueJudge({
      ...judging,
      observer,
      calmSinceMs: () => this.#troubledAtMs,
      now: () => this.#wallSeconds(),
    });
    this.cloudController = new SimulatedCloudController(nowMs);
    this.nats = new SimulatedNats(random.fork("nats"), {
      published: (from, subject, data) => this.#published(from, { subject, data }),
      delivered: (to, subject, data) => {
        if (subject === DROPLET_EXITED_SUBJECT) this.#queue.heardExit(to, data);
      },
    });
    const bus = this.nats.connect(outside);
    this.deas = new SimulatedDeas({
      clock,
      random: random.fork("deas"),
      publish: (subject, bytes) => {
        if (bus.connected) bus.publish(subject, bytes);
      },
      onReport: (dea) => this.#reports.reported(dea),
    });
    const { deas, cloudController } = this;
    const clocksAreWrong = () => this.#wallSeconds() === undefined;
    const wasClaimed = (messageId: string) => this.#queue.wasClaimed(messageId);
    const seen = { observer, deas, cloudController, wasClaimed, clocksAreWrong };
    this.judge = new Judge({ ...judging, ...seen });
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
      this.nodes.forEach((_, replica) => this.#spawn(name, replica));
    }
    this.#keepLooking();
    this.#keepBackup();
  }

  /** An operator holds starts, stops or both for a while, unless the store is down. */
  holdSomething(): void {
    if (!this.storeWeather.down) void this.#operator.hold();
  }

  /** An operator tells the breakers that still hold to let go, now and from now on. */
  resumeBreakers(): void {
    void this.#operator.resumeBreakers();
    this.clock.after(RESUME_MS, () => this.resumeBreakers());
  }

  /** Ends every fault that lasts. */
  calm(): void {
    Object.assign(this.storeWeather, CALM);
    Object.assign(this.nats.weather, { down: false, loss: 0, duplication: 0, latencyMaxMs: 5 });
    this.cloudController.mood = "well";
    for (const node of this.nodes) node.skewMs = 0;
    for (const process of this.#processes) {
      Object.assign(process.cutOff, WHOLE);
      process.diesAtWrite = undefined;
    }
    for (const dea of this.deas.alive) {
      Object.assign(dea, { silentUntilMs: 0, deafUntilMs: 0, slownessMs: 0 });
      dea.lie = undefined;
      dea.invented = [];
    }
    if (this.deas.alive.length === 0) this.deas.add();
  }

  /** Whether every desired index runs exactly once and nothing else does. */
  isWhole(): boolean {
    return this.#report().whole;
  }

  /** What is not as desired, in words. */
  whatIsBroken(): string {
    const broken = this.#report().apps.filter(({ whole }) => !whole);
    const named = broken.slice(0, 3).map(({ appGuid, desired, indices }) => {
      const states = indices.map(({ index, running, starting, evacuating, crashed }) =>
        `${index}: ${running}/${starting}/${evacuating}/${crashed}`
      );
      return `${appGuid} of ${desired} [${states.join(", ")}]`;
    });
    return `${broken.length} apps: ${named.join("; ")}`;
  }

  #report(): PlatformReport {
    const views = this.deas.alive.map(({ model }) => ({
      deaGuid: model.deaGuid,
      state: "live" as const,
      instances: model.instances,
    }));
    return reportPlatform(this.cloudController.apps, views);
  }

  /** Everybody whose work it is answers, now that nothing keeps them from it. */
  requireAnswers(withinMs: number): void {
    this.#answers.requireAnswers(this.nodes.map((_, replica) => `api/${replica + 1}`), withinMs);
  }

  /** Forgets the past, behind the back of every watch. */
  compact(): void {
    this.#observer.look();
    this.#database.compact(this.#database.revision());
  }

  /** The store is down for a while, and comes back as it was minutes ago, if there is a backup so old. */
  restoreBackup(downMs: number): void {
    const [backup] = this.#backups;
    if (backup === undefined || this.clock.nowMs - backup.atMs < BACKUP_MS) return;
    this.#replaceStore(backup.saved, downMs);
  }

  /** The store is down for a while, and comes back empty. */
  wipeStore(downMs: number): void {
    this.#replaceStore(new MemoryDatabase().save(), downMs);
  }

  /** An operator removes the key that says who leads some component. */
  removeLock(random: SeededRandom): void {
    this.#fence.meddled();
    const name = random.pick(REPLICATED) ?? "analyzer";
    this.#database.transact({ guards: [], mutations: [{ kind: "delete", key: lockKey(name) }] });
  }

  /** Some process is asked to end, and does, as soon as nothing keeps it from that. */
  terminateSomething(random: SeededRandom): void {
    const process = random.pick(this.processes);
    if (process === undefined) return;
    process.terminate();
    const look = () => {
      if (process.dead) return;
      const calmMs = this.clock.nowMs - this.#troubledAtMs;
      if (calmMs < ENDED_WITHIN_MS) return void this.clock.after(LOOK_MS, look);
      this.accusations.accuse("end", `${process.name} was asked to end and goes on`);
    };
    this.clock.after(ENDED_WITHIN_MS, look);
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

  /** Some index runs twice or three times, as after a partition, or is started beside what runs. */
  duplicateSomething(random: SeededRandom): void {
    const instance = random.pick(this.deas.instances.filter(({ state }) => state === "RUNNING"));
    if (instance === undefined) return;
    for (let copy = random.between(1, 2); copy > 0; copy -= 1) {
      const state = random.pick(["RUNNING", "RUNNING", "STARTING"] as const) ?? "RUNNING";
      const { instanceIndex } = instance;
      const model = random.pick(this.deas.alive)?.model;
      const copy = model?.start(instance, { instanceIndex, state });
      if (model === undefined || copy?.state !== "STARTING") continue;
      // It takes its time, and comes up if nobody has stopped it until then.
      this.clock.after(COPY_STARTS_MS, () => {
        const now = model.instances.find(({ instanceGuid }) => instanceGuid === copy.instanceGuid);
        if (now?.state === "STARTING") model.becomeRunning(copy.instanceGuid);
      });
    }
  }

  #published(from: SimulatedProcess, { subject, data }: { subject: string; data: Uint8Array }) {
    const { startSubject, stopSubject } = SIMULATED_CONFIG.sender;
    if (subject !== startSubject && subject !== stopSubject) return;
    this.history.add(`${this.clock.nowMs} ${subject} ${data.length}`);
    this.#fence.published(from, subject);
    if (subject === startSubject) {
      this.judge.sawStart(from, data);
      this.#holds.sawStart(data);
    } else {
      this.judge.sawStop(data);
      this.#holds.sawStop(data);
    }
  }

  #changed(changes: readonly StoreChange[], revision: number): void {
    for (const { key, after } of changes) this.history.add(`${revision} ${key} ${after ?? ""}`);
    this.#queue.saw(changes);
    this.#reports.saw(changes);
  }

  #replaceStore(saved: SavedDatabase, downMs: number): void {
    this.#fence.meddled();
    this.storeWeather.down = true;
    this.clock.after(downMs, () => {
      this.storeWeather.down = false;
      this.#observer.look();
      this.#fence.meddled();
      this.#database.restore(saved);
      this.#queue.replaced();
      this.judge.storeReplaced();
      this.#reports.replaced(this.#observer.lookAnew());
      this.#backups = [];
    });
  }

  /** A process that ends is started again, as a supervisor would. */
  #spawn(name: ReplicatedName, replica: number): void {
    const node = this.nodes[replica] ?? { skewMs: 0 };
    const process = new SimulatedProcess(`${name}/${replica + 1}`, { clock: this.clock, node });
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
    const onCommit = this.#fence.committed.bind(this.#fence);
    return runReplica(name, {
      store: new SimulatedStore({ database: this.#database, process, weather, random, onCommit }),
      layout: this.#layout,
      bus: this.nats.connect(process),
      httpGet: this.cloudController.httpGetFor(process),
      time: process.time(),
      random,
      log: new SilentLogger((said) => this.#said(process, said)),
      config: this.#config,
      signal: process.termination,
      onAnswer: (states) => {
        const app = this.#random.pick(this.cloudController.apps);
        if (app !== undefined) this.#answers.answered(process, { states, app });
      },
    });
  }

  /** I11: what a component holds in memory has turned out to be something else than what is stored. */
  #said(process: SimulatedProcess, said: string): void {
    if (!DIVERGENCES.includes(said)) return;
    this.accusations.accuse("I11", `${process.name} says: ${said}`);
  }

  /** A process may end because it was asked to, does not lead any more, or hangs; for no other reason. */
  #ended(process: SimulatedProcess, error: unknown): void {
    if (process.dead) return;
    const asked = process.termination.aborted && error === undefined;
    const documented = asked || error instanceof LeadershipLostError ||
      error instanceof PassTimeoutError;
    if (!documented) this.accusations.accuse("end", `${process.name} ended: ${error}`);
    process.kill();
  }

  #keepLooking(): void {
    this.clock.after(LOOK_MS, () => {
      this.#observer.look();
      this.#noteTrouble();
      this.#queue.look();
      this.judge.look();
      this.#keepLooking();
    });
  }

  #keepBackup(): void {
    this.clock.after(BACKUP_MS, () => {
      const backup = { saved: this.#database.save(), atMs: this.clock.nowMs };
      this.#backups = [...this.#backups, backup].slice(-2);
      this.#keepBackup();
    });
  }

  #noteTrouble(): void {
    const { nowMs } = this.clock;
    const { down, full, requestLoss, answerLoss, latencyMaxMs } = this.storeWeather;
    const storm = down || full || requestLoss + answerLoss > 0 || latencyMaxMs > CALM.latencyMaxMs;
    const kept = this.processes.some(({ paused, cutOff }) =>
      paused || Object.values(cutOff).includes(true)
    );
    if (storm || kept) this.#troubledAtMs = nowMs;
    if (this.nodes.some(({ skewMs }) => skewMs !== 0)) this.#skewedAtMs = nowMs;
  }

  #wallSeconds(): number | undefined {
    const { nowMs } = this.clock;
    // One that has just jumped is wrong before anybody looks.
    if (this.nodes.some(({ skewMs }) => skewMs !== 0)) return undefined;
    if (nowMs - this.#skewedAtMs < SKEW_FORGOTTEN_MS) return undefined;
    return EPOCH_SECONDS + Math.floor(nowMs / 1000);
  }
}

/** What was reckoned by a clock that was wrong is done with after so long. */
const SKEW_FORGOTTEN_MS = 120_000;

/** What the log says when memory and store differ. */
const DIVERGENCES = ["The mirror differs from the store", "The analysis has missed something"];
