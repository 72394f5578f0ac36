/**
 * What a fault is: a value with a name, that does something to a world.
 *
 * @module
 */

import type { SeededRandom } from "./seeded_random.ts";
import type { World } from "./world.ts";

/** One kind of fault. It heals by itself, or by what {@linkcode World.calm} does. */
export interface FaultKind {
  readonly name: string;
  readonly inject: (world: World, random: SeededRandom) => void;
}

/** Sets something now, and resets it after a while. */
export function during(world: World, { ms, set }: Spell): void {
  set(true);
  world.clock.after(ms, () => set(false));
}

/** Something that lasts. */
export interface Spell {
  readonly ms: number;
  /** Sets it, or resets it. */
  readonly set: (on: boolean) => void;
}
