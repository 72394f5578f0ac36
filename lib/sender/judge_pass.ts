/**
 * Plans a pass around everything that is held: what operators and other components hold, and what the
 * sender's own breakers come to, now that it is seen what the pass would do (I6). Pure.
 *
 * @module
 */

import { type DeaMemory, judgeDeaLoss } from "../breakers/dea_loss.ts";
import { judgeMassStop } from "../breakers/mass_stop.ts";
import type { BreakerConfig } from "../config/config.ts";
import type { Hold } from "../models/hold.ts";
import type { Waiver } from "../models/waiver.ts";
import { type HeldPlan, planHeldPass } from "./hold_back.ts";
import type { PassInput } from "./select_due.ts";

/** The breakers that are the sender's, and what each holds. */
export const SENDER_BREAKERS = { "dea_loss": "starts", "mass_stop": "stops" } as const;
/** One of {@linkcode SENDER_BREAKERS}. */
export type SenderBreaker = keyof typeof SENDER_BREAKERS;

/** What the breakers go by besides the queues. */
export interface PassSight {
  /** How many DEAs are present. */
  readonly deas: number;
  /** How many instances they report. */
  readonly instances: number;
  /** Every hold that is stored, those of the sender's own breakers included. */
  readonly holds: readonly Hold[];
  readonly waivers: readonly Waiver[];
}

/** What the breakers remember. */
export interface BreakerMemory {
  readonly deas: DeaMemory;
  /** Stops of what nobody wants that went out within the last polling interval. */
  readonly stopsSentOfLate: number;
}

/** What a pass does, and why not more. */
export interface JudgedPass {
  readonly plan: HeldPlan;
  /** Every hold that is in force. */
  readonly holds: readonly Hold[];
  /** What is to be remembered of DEAs. */
  readonly deas: DeaMemory;
}

/** Whether the hold of this name is the sender's own to place and to end. */
export function isSenderBreaker(name: string): name is SenderBreaker {
  return Object.hasOwn(SENDER_BREAKERS, name);
}

/** Plans a pass. */
export function judgePass(
  input: PassInput,
  state: {
    readonly sight: PassSight;
    readonly memory: BreakerMemory;
    readonly config: BreakerConfig;
  },
): JudgedPass {
  const { sight, memory, config } = state;
  const { now } = input;
  const waived = new Set(sight.waivers.map(({ breaker }) => breaker));
  const { deas, instances } = sight;
  const lost = judgeDeaLoss(
    { memory: memory.deas, deas, now, waived: waived.has("dea_loss") },
    config,
  );
  const others = sight.holds.filter(({ name }) => !isSenderBreaker(name));
  const holds = lost.reason === undefined
    ? others
    : [...others, ownHold("dea_loss", { reason: lost.reason, sight, now })];
  const plan = planHeldPass({ ...input, holds });
  const reason = judgeMassStop({
    due: plan.stops.send.filter(({ message }) => !message.isDuplicate).length,
    sentOfLate: memory.stopsSentOfLate,
    instances,
    waived: waived.has("mass_stop"),
  }, config);
  if (reason === undefined) return { plan, holds, deas: lost.memory };
  const all = [...holds, ownHold("mass_stop", { reason, sight, now })];
  return { plan: planHeldPass({ ...input, holds: all }), holds: all, deas: lost.memory };
}

/** The hold as it stands, which says since when and why, or a new one. */
function ownHold(
  name: SenderBreaker,
  fact: { readonly reason: string; readonly sight: PassSight; readonly now: number },
): Hold {
  const standing = fact.sight.holds.find((hold) => hold.name === name && hold.source === "breaker");
  const holds = SENDER_BREAKERS[name];
  return standing ??
    { name, holds, source: "breaker", reason: fact.reason, by: name, setAt: fact.now };
}
