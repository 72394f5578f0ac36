/**
 * Ends holds on an operator's word. A breaker that is told to let an incident pass gets a waiver with its
 * own end: what the breaker was tripped by is still the case, and it would hold again at once (I6).
 *
 * @module
 */

import type { AuditRecord } from "../models/audit_record.ts";
import type { Hold } from "../models/hold.ts";
import type { Waiver } from "../models/waiver.ts";
import { putAuditRecord, trimAuditLog } from "../store/collections/audit.ts";
import { putHold, readHolds, removeHold } from "../store/collections/holds.ts";
import { putWaiver } from "../store/collections/waivers.ts";
import type { Mutation } from "../store/store.ts";
import type { OperatorsWord } from "./operators_word.ts";
import type { OperatorDeps } from "./place_hold.ts";
import { planResume, type ResumePlan } from "./plan_resume.ts";

/** What became of it. */
export interface Resumed {
  /** These have ended. */
  readonly ended: readonly Hold[];
  /** Breakers that hold nothing for a while. */
  readonly waivers: readonly Waiver[];
  /** What is still held of a hold that has ended in part. */
  readonly left: Hold | undefined;
}

/**
 * Ends what {@linkcode planResume} says.
 *
 * @param what `starts`, `stops`, `all` or the name of a hold; undefined for the only one
 * @throws {NothingToResumeError} when nothing of the kind is held
 * @throws {WhichHoldError} when nothing was said and several are
 * @throws {StoreUnavailableError} when the store fails: look at what is held
 */
export async function resume(
  what: string | undefined,
  word: OperatorsWord,
  deps: OperatorDeps,
): Promise<Resumed> {
  const { store, layout, random, log } = deps;
  const { holds } = await readHolds(store, layout, { log });
  const plan = planResume(holds, what);
  const waivers = waiversOf(plan, word, deps);
  const lease = random.leaseId();
  if (waivers.length > 0) await store.grantLease(lease, word.seconds);
  const records = recordsOf(plan, word, { waivers, at: deps.time.now() });
  const mutations = [
    ...plan.ended.map(({ name }) => removeHold(layout, name)),
    ...waivers.map((waiver) => putWaiver(layout, { waiver, lease })),
    ...await leftMutations(plan, deps),
    ...records.map((record) => putAuditRecord(layout, { record, unique: random.uuid() })),
  ];
  await store.transact({ guards: [], mutations });
  for (const record of records) log.warn("An operator ended a hold", { ...record });
  await trimAuditLog(store, layout);
  return { ended: plan.ended, waivers, left: plan.left };
}

function waiversOf(
  plan: ResumePlan,
  { by, reason, seconds }: OperatorsWord,
  { time }: OperatorDeps,
): Waiver[] {
  const setAt = time.now();
  return plan.waived.map((breaker) => ({ breaker, reason, by, setAt, expiresAt: setAt + seconds }));
}

/** What is left of a hold ends when the whole would have ended: it goes onto the same lease. */
async function leftMutations({ left }: ResumePlan, deps: OperatorDeps): Promise<Mutation[]> {
  if (left === undefined) return [];
  const { store, layout } = deps;
  const whole = await store.get(layout.holdKey("all"));
  const lease = whole?.lease ?? 0;
  return [lease === 0 ? putHold(layout, { hold: left }) : putHold(layout, { hold: left, lease })];
}

function recordsOf(
  plan: ResumePlan,
  word: OperatorsWord,
  now: { readonly waivers: readonly Waiver[]; readonly at: number },
): AuditRecord[] {
  return plan.ended.map(({ name }): AuditRecord => {
    const record = {
      at: now.at,
      by: word.by,
      verb: "resume",
      what: name,
      why: word.reason,
    } as const;
    const waiver = now.waivers.find(({ breaker }) => breaker === name);
    return waiver === undefined ? record : { ...record, until: waiver.expiresAt };
  });
}
