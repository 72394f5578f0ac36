/**
 * The operator of the simulated world: holds something for a while, and, once the weather is calm, tells
 * every breaker that still holds to let go, as an operator does who has looked.
 *
 * @module
 */

import { placeHold } from "../../lib/holds/place_hold.ts";
import { NothingToResumeError } from "../../lib/holds/plan_resume.ts";
import { resume } from "../../lib/holds/resume.ts";
import { HELD_KINDS, isBreakerName } from "../../lib/models/hold.ts";
import { readHolds } from "../../lib/store/collections/holds.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import type { Store } from "../../lib/store/store.ts";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { SeededRandom } from "./seeded_random.ts";
import { SilentLogger } from "./silent_logger.ts";

/** For so long a breaker that was told to let go holds nothing, in seconds. */
const WAIVED_SECONDS = 600;

/** What an operator uses. */
export interface SimulatedOperatorDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly random: SeededRandom;
}

/** Somebody with a terminal. */
export class SimulatedOperator {
  readonly #deps: SimulatedOperatorDeps & { readonly log: SilentLogger };

  constructor(deps: SimulatedOperatorDeps) {
    this.#deps = { ...deps, log: new SilentLogger(() => {}) };
  }

  /** Holds starts, stops or all for a while. */
  async hold(): Promise<void> {
    const { random } = this.#deps;
    const kind = random.pick(HELD_KINDS) ?? "all";
    const word = { by: "operator", reason: "looking into it", seconds: random.between(10, 120) };
    await placeHold(kind, word, this.#deps);
  }

  /** Tells every breaker that holds to let go. */
  async resumeBreakers(): Promise<void> {
    const { store, layout, log } = this.#deps;
    const { holds } = await readHolds(store, layout, { log });
    for (const { name } of holds.filter((hold) => isBreakerName(hold.name))) {
      const word = { by: "operator", reason: "looked into", seconds: WAIVED_SECONDS };
      try {
        await resume(name, word, this.#deps);
      } catch (error) {
        // It has let go by itself meanwhile.
        if (!(error instanceof NothingToResumeError)) throw error;
      }
    }
  }
}
