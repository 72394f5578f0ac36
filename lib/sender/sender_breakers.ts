/**
 * The sender's breakers around their rules (I6): what they remember stands in the store, and what they hold
 * stands there as a hold like any other, until what tripped them is over. A pass is planned first, by
 * values alone; what the breakers came to is written then, and only then is anything sent: what is held is
 * always said to be, to operators, to the API and to the sender that takes over.
 *
 * @module
 */

import {
  type DeaMemory,
  deaMemoryToJson,
  NO_DEA_MEMORY,
  parseDeaMemory,
} from "../breakers/dea_loss.ts";
import type { BreakerConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Hold } from "../models/hold.ts";
import { ParseError } from "../models/parse_error.ts";
import { putHold, removeHold } from "../store/collections/holds.ts";
import { type Fence, fencedTransact } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Guard, Mutation, Store, Transaction } from "../store/store.ts";
import { planHeldPass } from "./hold_back.ts";
import { HoldLog } from "./hold_log.ts";
import { isSenderBreaker, type JudgedPass, judgePass, type PassSight } from "./judge_pass.ts";
import { RollingCount } from "./rolling_count.ts";
import type { PassInput, StopToSend } from "./select_due.ts";

/** What {@linkcode SenderBreakers} are handed. */
export interface SenderBreakersDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** When they trip. @default {never: what others hold is all that is held} */
  readonly breakers?: BreakerConfig | undefined;
  /** For so long a pass counts among the stops of those that come after it. */
  readonly config: { readonly pollingIntervalSeconds: number };
}

/** Keeps back what looks like a mistake. */
export class SenderBreakers {
  readonly #deps: SenderBreakersDeps;
  readonly #log: HoldLog;
  /** What is stored of DEAs; undefined until it has been read. */
  #stored: { readonly deas: DeaMemory; readonly json: string } | undefined;
  /** Stops of what nobody wants that were sent. */
  readonly #sent: RollingCount;

  /** Reads nothing before {@linkcode SenderBreakers.load}. */
  constructor(deps: SenderBreakersDeps) {
    this.#deps = deps;
    this.#log = new HoldLog(deps.log);
    this.#sent = new RollingCount(deps.config.pollingIntervalSeconds * 1000);
  }

  /**
   * Reads, once, what was remembered before this process.
   *
   * @throws {StoreUnavailableError} when the store fails
   */
  async load(): Promise<void> {
    if (this.#stored !== undefined || this.#deps.breakers === undefined) return;
    const { store, layout, log } = this.#deps;
    const entry = await store.get(layout.breakerKey("dea_loss"));
    const json = entry?.value ?? "";
    try {
      this.#stored = { deas: json === "" ? NO_DEA_MEMORY : parseDeaMemory(json), json };
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      log.error("Cannot read how many DEAs there were; beginning anew", { error });
      this.#stored = { deas: NO_DEA_MEMORY, json };
    }
  }

  /** Plans a pass; nothing is awaited. */
  judge(input: PassInput, sight: PassSight): JudgedPass {
    const { breakers: config } = this.#deps;
    const deas = this.#stored?.deas ?? NO_DEA_MEMORY;
    if (config === undefined) {
      const { holds } = sight;
      return { plan: planHeldPass({ ...input, holds }), holds, deas };
    }
    const memory = { deas, stopsSentOfLate: this.#sent.at(this.#deps.time.monotonicMs()) };
    return judgePass(input, { sight, memory, config });
  }

  /**
   * Writes what the breakers came to, if that has changed, and shows it.
   *
   * @throws {StoreUnavailableError} when the store fails: send nothing
   * @throws {LeadershipLostError} when another process leads
   */
  async record(judged: JudgedPass, sight: PassSight): Promise<void> {
    const { metrics } = this.#deps;
    if (this.#deps.breakers !== undefined) await this.#write(judged, sight);
    this.#log.note(judged.holds);
    const inForce = (name: string) => judged.holds.some((hold) => hold.name === name) ? 1 : 0;
    metrics.set("breaker_dea_loss", inForce("dea_loss"));
    metrics.set("breaker_mass_stop", inForce("mass_stop"));
    metrics.set("starts_held", judged.plan.held.starts);
    metrics.set("stops_held", judged.plan.held.stops);
  }

  /** A stop is on its way. */
  sentStop({ message }: StopToSend): void {
    if (!message.isDuplicate) this.#sent.add(this.#deps.time.monotonicMs());
  }

  async #write(judged: JudgedPass, sight: PassSight): Promise<void> {
    const { store, layout, fence } = this.#deps;
    const json = deaMemoryToJson(judged.deas);
    const { guards, mutations } = holdChanges(judged.holds, sight.holds, layout);
    const all: Mutation[] = json === this.#stored?.json
      ? [...mutations]
      : [...mutations, { kind: "put", key: layout.breakerKey("dea_loss"), value: json }];
    if (all.length === 0) return;
    const result = await fencedTransact(store, { guards, mutations: all }, fence);
    // If not, an operator has waived a breaker meanwhile: what it holds waits for the next pass.
    if (result.committed) this.#stored = { deas: judged.deas, json };
  }
}

/** What makes the stored holds of the sender's breakers those that are in force. */
function holdChanges(
  inForce: readonly Hold[],
  stored: readonly Hold[],
  layout: StoreLayout,
): Transaction {
  const begun = inForce.filter((hold) => isSenderBreaker(hold.name) && !stored.includes(hold));
  const ended = stored.filter(({ name }) =>
    isSenderBreaker(name) && !inForce.some((hold) => hold.name === name)
  );
  const guards = begun.map(({ name }): Guard => ({ kind: "absent", key: layout.waiverKey(name) }));
  const mutations = [
    ...begun.map((hold) => putHold(layout, { hold })),
    ...ended.map(({ name }) => removeHold(layout, name)),
  ];
  return { guards, mutations };
}
