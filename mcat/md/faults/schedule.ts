/**
 * Which faults a run injects, and when: all drawn beforehand from its seed. Kinds are dealt like cards, so
 * that every kind comes before any comes again; two faults that need the same server do not overlap unless
 * there are no others to deal, all others do as it falls. Pure.
 *
 * @module
 */

import { SeededRandom } from "../../simulation/seeded_random.ts";

/** What of a kind of fault the schedule has to know. */
export interface SchedulableKind {
  readonly name: string;
  /** From how long to how long it lasts, in seconds. */
  readonly lasts: readonly [number, number];
  /** What nobody else may break meanwhile. */
  readonly needs?: string;
}

/** A fault of a schedule. */
export interface PlannedFault {
  /** From 1. */
  readonly number: number;
  readonly kind: string;
  readonly atMs: number;
  readonly lastsMs: number;
  /** Where the rest of its chance comes from. */
  readonly seed: number;
}

/** Options of {@linkcode planSchedule}. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly count: number;
  readonly everyMs: number;
}

/** How long servers need to be themselves again, in milliseconds. */
const RECOVERY_MS = 4_000;

/** Deals the faults of a run. */
export function planSchedule(
  kinds: readonly SchedulableKind[],
  { seed, count, everyMs }: ScheduleOptions,
): PlannedFault[] {
  const random = new SeededRandom(seed).fork("schedule");
  const busyUntilMs = new Map<string, number>();
  let deck: SchedulableKind[] = [];
  return Array.from({ length: count }, (_, index) => {
    const atMs = index * everyMs;
    const isFree = ({ needs }: SchedulableKind) =>
      needs === undefined || (busyUntilMs.get(needs) ?? 0) <= atMs;
    if (!deck.some(isFree)) deck = [...deck, ...shuffled(kinds, random)];
    const kind = deck.find(isFree) ?? deck[0];
    if (kind === undefined) throw new RangeError("Cannot plan faults: no kind is given");
    deck = without(deck, kind);
    const lastsMs = random.between(kind.lasts[0] * 1000, kind.lasts[1] * 1000);
    if (kind.needs !== undefined) busyUntilMs.set(kind.needs, atMs + lastsMs + RECOVERY_MS);
    const faultSeed = random.between(0, 2 ** 32 - 1);
    return { number: index + 1, kind: kind.name, atMs, lastsMs, seed: faultSeed };
  });
}

function shuffled<T>(values: readonly T[], random: SeededRandom): T[] {
  return values.map((value) => ({ value, order: random.fraction() }))
    .sort((a, b) => a.order - b.order).map(({ value }) => value);
}

function without(deck: readonly SchedulableKind[], dealt: SchedulableKind): SchedulableKind[] {
  const at = deck.indexOf(dealt);
  return deck.filter((_, index) => index !== at);
}
