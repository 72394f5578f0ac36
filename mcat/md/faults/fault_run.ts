/**
 * One run: a platform that is whole, faults by a schedule, and what is left of it when all is mended.
 *
 * @module
 */

import type { Random } from "../../../lib/helpers/random.ts";
import type { TimeProvider } from "../../../lib/helpers/time_provider.ts";
import { parseStartMessage } from "../../../lib/models/start_message.ts";
import { parseStopMessage } from "../../../lib/models/stop_message.ts";
import { SeededRandom } from "../../simulation/seeded_random.ts";
import { apiProblem } from "./api_check.ts";
import { Bustle } from "./bustle.ts";
import type { FaultContext, FaultKind } from "./fault_kind.ts";
import { type FaultWorld, openFaultWorld } from "./fault_world.ts";
import { Judge, type Violation } from "./judge.ts";
import { MemoryWatch } from "./memory_watch.ts";
import {
  BACKOFF_SECONDS,
  FETCH_SECONDS,
  FRESH_SECONDS,
  GRACE_SECONDS,
  LOCK_SECONDS,
  PRESENCE_SECONDS,
} from "./pace.ts";
import { exitName, exitProblem, type ProcessExit } from "./process_exit.ts";
import { type PlannedFault, planSchedule } from "./schedule.ts";
import { SteadyClock } from "./steady_clock.ts";
import { StoreEye } from "./store_eye.ts";
import { Truth } from "./truth.ts";

/** How often truth is looked at, something happens, memory is sampled, and a backup made. */
const LOOK_MS = 250;
const BUSTLE_MS = 2_500;
const SAMPLE_MS = 5_000;
const BACKUP_MS = 15_000;
/** How long the platform may take to stand, from nothing. */
const START_MAX_MS = 120_000;
/** For so long nothing is sent when all is well (I19). */
const QUIET_MS = (GRACE_SECONDS + 2) * 1000;

/**
 * Within which everything must run as desired again (I18): processes start again and lead, freshness is
 * earned, the desired state fetched; of an index that runs three times the second is stopped after six
 * grace periods, and something that crashed may have to wait. Twice, for whoever was just about to.
 */
export const HEALED_WITHIN_MS = 2 * 1000 *
  (LOCK_SECONDS + PRESENCE_SECONDS + FRESH_SECONDS + FETCH_SECONDS + 6 * GRACE_SECONDS +
    BACKOFF_SECONDS);

/** What to run. */
export interface FaultRunOptions {
  readonly seed: number;
  readonly count: number;
  readonly everyMs: number;
  readonly kinds: readonly FaultKind[];
  /** Where logs and backups go. */
  readonly folder: string;
}

/** What a {@linkcode FaultRun} is handed. */
export interface FaultRunDeps {
  readonly time: TimeProvider;
  readonly random: Random;
  /** Hears what happens, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What came of a run. */
export interface FaultRunResult {
  readonly seed: number;
  readonly schedule: readonly PlannedFault[];
  /** How many of each kind were injected. */
  readonly faults: Readonly<Record<string, number>>;
  /** What the bus carried. */
  readonly messages: { readonly starts: number; readonly stops: number };
  /** What happened beside the faults. */
  readonly bustle: Bustle["counts"];
  /** How processes ended, by exit code or signal. */
  readonly exits: Readonly<Record<string, number>>;
  readonly memory: MemoryWatch["summary"];
  readonly violations: readonly Violation[];
  /** By the judge's clock. */
  readonly seconds: number;
  /** From the last fault's end until everything ran, and the API said so. */
  readonly healedAfterSeconds: number;
}

/** A run under way. */
export class FaultRun {
  readonly #options: FaultRunOptions;
  readonly #deps: FaultRunDeps;
  readonly #clock: SteadyClock;
  readonly #truth = new Truth();
  readonly #judge: Judge;
  readonly #memory = new MemoryWatch();
  readonly #violations: Violation[] = [];
  readonly #faults = new Map<string, number>();
  readonly #exits = new Map<string, number>();
  readonly #over = new AbortController();
  /** Resolves when the last fault that needs a server has been mended, by what it needs. */
  readonly #mended = new Map<string, Promise<void>>();
  /** Faults of the store under way. */
  #storeFaults = 0;
  #eye: StoreEye | undefined;
  #healedAfterMs = 0;

  constructor(options: FaultRunOptions, deps: FaultRunDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = new SteadyClock(deps.time);
    this.#judge = new Judge({
      clock: this.#clock,
      time: deps.time,
      truth: this.#truth,
      servedSince: (at, sinceMs) => this.#eye?.servedSince(at, sinceMs) ?? false,
      onViolation: (violation) => this.#accuse(violation),
    });
  }

  /** Runs from the first server's start to the last one's end. */
  async run(): Promise<FaultRunResult> {
    const { kinds } = this.#options;
    const schedule = planSchedule(kinds, this.#options);
    const ticking = this.#clock.run(this.#over.signal);
    const stop = () => this.#over.abort();
    this.#deps.signal.addEventListener("abort", stop, { once: true });
    try {
      await using world = await openFaultWorld({
        folder: this.#options.folder,
        ...{ time: this.#deps.time, random: this.#deps.random },
        onExit: (exit) => this.#ended(exit),
        onOrder: (event) => this.#judge.didOrder(event),
      });
      return await this.#runIn(world, schedule);
    } finally {
      this.#over.abort();
      this.#deps.signal.removeEventListener("abort", stop);
      await ticking;
    }
  }

  async #runIn(world: FaultWorld, schedule: readonly PlannedFault[]): Promise<FaultRunResult> {
    const { signal } = this.#over;
    const bustle = new Bustle(world.platform, this.#random("bustle"));
    bustle.settle();
    const eye = this.#openEye(world);
    const bustling = new AbortController();
    const until = AbortSignal.any([signal, bustling.signal]);
    const beside = [
      world.platform.run(signal),
      eye.run(signal),
      this.#listen(world, signal),
      this.#clock.every(LOOK_MS, { work: () => this.#look(world), signal }),
      this.#clock.every(SAMPLE_MS, { work: () => this.#sample(world), signal }),
      this.#clock.every(BACKUP_MS, { work: () => this.#backUp(world), signal }),
    ];
    try {
      await this.#stands(world);
      const happening = this.#clock.every(BUSTLE_MS, {
        work: () => bustle.happen(),
        signal: until,
      });
      await this.#break(world, schedule);
      bustling.abort();
      await happening;
      await this.#heals(world);
    } finally {
      this.#over.abort();
      await Promise.all(beside);
    }
    for (const what of this.#memory.problems) this.#accuse(this.#violation("I17", what));
    return this.#result(schedule, bustle);
  }

  #openEye({ store }: FaultWorld): StoreEye {
    const eye = new StoreEye({
      ...{ store, clock: this.#clock, time: this.#deps.time },
      onClaim: (claim) => this.#judge.sawClaim(claim),
      onFreshness: (freshness) => this.#judge.sawFreshness(freshness),
    });
    this.#eye = eye;
    return eye;
  }

  /** Sees what either NATS server carries. */
  async #listen({ buses }: FaultWorld, signal: AbortSignal): Promise<void> {
    const subscriptions = buses.flatMap((bus, observer) => [
      bus.subscribe("hm9000.start", ({ data }) => {
        this.#judge.sawStart(observer, parseStartMessage(data));
      }),
      bus.subscribe("hm9000.stop", ({ data }) => {
        this.#judge.sawStop(observer, parseStopMessage(data));
      }),
    ]);
    await this.#clock.until(Infinity, signal);
    await Promise.all(subscriptions.map((subscription) => subscription.drain()));
  }

  #look({ platform }: FaultWorld): void {
    this.#truth.look(platform, this.#clock.nowMs());
  }

  #sample({ processes }: FaultWorld): void {
    this.#memory.sample(processes, this.#clock.nowMs() / 1000);
  }

  async #backUp({ backups }: FaultWorld): Promise<void> {
    if (this.#storeFaults > 0) return;
    const nowMs = this.#clock.nowMs();
    await backups.make(nowMs).catch((error: Error) => this.#say(`no backup: ${error.message}`));
  }

  /** Waits until every component has found its place. */
  async #stands(world: FaultWorld): Promise<void> {
    const problem = await this.#allWell(world, START_MAX_MS);
    if (problem !== undefined) {
      throw new Error(`Cannot begin: the platform does not stand, ${problem}`);
    }
    this.#say("everything runs and both replicas of the API say so: the faults begin");
  }

  async #break(world: FaultWorld, schedule: readonly PlannedFault[]): Promise<void> {
    const beginMs = this.#clock.nowMs();
    const mending: Promise<void>[] = [];
    for (const fault of schedule) {
      await this.#clock.until(beginMs + fault.atMs, this.#over.signal);
      if (this.#over.signal.aborted) break;
      mending.push(this.#inject(world, fault));
    }
    const last = schedule.at(-1);
    const limitMs = this.#clock.nowMs() + (last?.lastsMs ?? 0) + HEALED_WITHIN_MS;
    const mended = Promise.all(mending).then(() => true);
    const late = this.#clock.until(limitMs, this.#over.signal).then(() => false);
    if (await Promise.race([mended, late]) || this.#over.signal.aborted) return;
    this.#accuse(this.#violation("I18", "a fault could not be mended: see the last lines"));
  }

  /** A fault that needs a server waits for the one before it, should that have taken longer than planned. */
  async #inject(world: FaultWorld, fault: PlannedFault): Promise<void> {
    const kind = this.#options.kinds.find(({ name }) => name === fault.kind);
    if (kind === undefined) throw new Error(`Cannot inject "${fault.kind}": it is unknown`);
    if (kind.needs === undefined) return await this.#breakAndMend(world, { fault, kind });
    const before = this.#mended.get(kind.needs) ?? Promise.resolve();
    const mended = before.then(() => this.#breakAndMend(world, { fault, kind }));
    this.#mended.set(kind.needs, mended);
    await mended;
  }

  async #breakAndMend(
    world: FaultWorld,
    { fault, kind }: { readonly fault: PlannedFault; readonly kind: FaultKind },
  ): Promise<void> {
    const isOfStore = kind.needs === "etcd" ? 1 : 0;
    this.#storeFaults += isOfStore;
    try {
      const { what, mend } = await kind.inject(this.#context(world, fault));
      this.#faults.set(fault.kind, (this.#faults.get(fault.kind) ?? 0) + 1);
      const seconds = mend === undefined ? "" : `, ${Math.round(fault.lastsMs / 1000)} s`;
      this.#say(`fault ${fault.number}/${this.#options.count}: ${fault.kind}: ${what}${seconds}`);
      await this.#clock.until(this.#clock.nowMs() + fault.lastsMs, this.#over.signal);
      await mend?.();
    } catch (error) {
      if (this.#over.signal.aborted) return;
      const said = error instanceof Error ? error.message : error;
      this.#say(`fault ${fault.number}: ${fault.kind}: ${said}`);
      this.#accuse(this.#violation("suite", `${fault.kind} could not be injected or mended`));
    } finally {
      this.#storeFaults -= isOfStore;
    }
  }

  #context(world: FaultWorld, { seed }: PlannedFault): FaultContext {
    return {
      world,
      random: new SeededRandom(seed),
      clock: this.#clock,
      storeReplaced: () => this.#storeReplaced(),
    };
  }

  #storeReplaced(): void {
    this.#judge.storeReplaced();
    this.#eye?.storeReplaced();
  }

  /** Everything must run as desired, stay so, and be known (I16, I18, I19). */
  async #heals(world: FaultWorld): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#say(`all is mended: everything has to run within ${HEALED_WITHIN_MS / 1000} s`);
    const beginMs = this.#clock.nowMs();
    const problem = await this.#allWell(world, HEALED_WITHIN_MS);
    this.#healedAfterMs = this.#clock.nowMs() - beginMs;
    if (problem === undefined || this.#over.signal.aborted) return;
    this.#accuse(this.#violation("I18", problem));
  }

  /** What is not well when the time is over; undefined as soon as all has been for a while. */
  async #allWell(world: FaultWorld, withinMs: number): Promise<string | undefined> {
    const limitMs = this.#clock.nowMs() + withinMs;
    let wellSinceMs: number | undefined;
    for (;;) {
      const problem = await this.#problem(world);
      const nowMs = this.#clock.nowMs();
      wellSinceMs = problem === undefined ? wellSinceMs ?? nowMs : undefined;
      if (wellSinceMs !== undefined && nowMs - wellSinceMs >= QUIET_MS) return undefined;
      if (nowMs >= limitMs || this.#over.signal.aborted) return problem ?? "it did not last";
      await this.#clock.until(nowMs + LOOK_MS, this.#over.signal);
    }
  }

  async #problem({ platform, apiPorts }: FaultWorld): Promise<string | undefined> {
    const broken = platform.report().apps.find(({ whole }) => !whole);
    if (broken !== undefined) return `not as desired: ${JSON.stringify(broken)}`;
    const unsent = this.#eye?.unsent ?? 0;
    if (unsent > 0) return `${unsent} messages lie in the queues unsent`;
    if (this.#clock.nowMs() - this.#judge.lastMessageAtMs < QUIET_MS / 2) return "a message came";
    for (const port of apiPorts) {
      const problem = await apiProblem(port, platform.desired);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #ended(exit: ProcessExit): void {
    const name = exitName(exit);
    this.#exits.set(name, (this.#exits.get(name) ?? 0) + 1);
    const problem = exitProblem(exit);
    if (problem !== undefined) this.#accuse(this.#violation("exit", problem));
    else if (exit.asked === undefined) this.#say(`${exit.name} ended with ${name}`);
  }

  #violation(rule: string, what: string): Violation {
    return { rule, what, atMs: this.#clock.nowMs() };
  }

  #accuse(violation: Violation): void {
    this.#violations.push(violation);
    this.#say(`VIOLATION of ${violation.rule}: ${violation.what}`);
  }

  #say(what: string): void {
    this.#deps.say(`${(this.#clock.nowMs() / 1000).toFixed(1).padStart(8)} s  ${what}`);
  }

  #random(part: string): SeededRandom {
    return new SeededRandom(this.#options.seed).fork(part);
  }

  #result(schedule: readonly PlannedFault[], bustle: Bustle): FaultRunResult {
    return {
      ...{ seed: this.#options.seed, schedule, bustle: bustle.counts },
      faults: Object.fromEntries([...this.#faults].sort()),
      messages: { starts: this.#judge.starts, stops: this.#judge.stops },
      exits: Object.fromEntries([...this.#exits].sort()),
      memory: this.#memory.summary,
      violations: this.#violations,
      seconds: Math.round(this.#clock.nowMs() / 1000),
      healedAfterSeconds: Math.round(this.#healedAfterMs / 1000),
    };
  }
}
