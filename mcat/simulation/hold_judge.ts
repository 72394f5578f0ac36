/**
 * Judges from outside that what is held is not sent (I6, S20): a hold that has stood in the store for a
 * while, an operator's or a breaker's, was known to whoever sends. A breaker holds no evacuation.
 *
 * @module
 */

import { type Hold, holdOnStart, holdOnStop, parseHold } from "../../lib/models/hold.ts";
import { parsePendingStart, startKey } from "../../lib/models/pending_start_message.ts";
import { parseStartMessage } from "../../lib/models/start_message.ts";
import { parseStopMessage } from "../../lib/models/stop_message.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import type { Accusations } from "./accusations.ts";
import type { StoreObserver } from "./store_observer.ts";

/** What was claimed before the hold is on its way out: on a slow store that is seconds. */
const ON_THE_WAY_MS = 6_000;

/** What judging needs. */
export interface HoldJudgeDeps {
  readonly layout: StoreLayout;
  readonly observer: StoreObserver;
  readonly accusations: Accusations;
}

/** Watches what is sent while something is held. */
export class HoldJudge {
  readonly #deps: HoldJudgeDeps;

  constructor(deps: HoldJudgeDeps) {
    this.#deps = deps;
  }

  /** A start has left. */
  sawStart(data: Uint8Array): void {
    const holds = this.#standing();
    if (holds.length === 0) return;
    const { layout, observer } = this.#deps;
    const key = startKey(parseStartMessage(data));
    const queued = observer.value(`${layout.startPrefix}${key}`);
    if (queued === undefined) return;
    this.#check(holdOnStart(holds, parsePendingStart(queued).reason), `start of ${key}`);
  }

  /** A stop has left. */
  sawStop(data: Uint8Array): void {
    const holds = this.#standing();
    if (holds.length === 0) return;
    this.#check(holdOnStop(holds), `stop of ${parseStopMessage(data).instanceGuid}`);
  }

  #check(hold: Hold | undefined, what: string): void {
    if (hold === undefined) return;
    this.#deps.accusations.accuse("I6", `${what} while "${hold.name}" holds ${hold.holds}`);
  }

  #standing(): Hold[] {
    const { layout, observer } = this.#deps;
    observer.look();
    return observer.steadyUnder(layout.holdsPrefix, ON_THE_WAY_MS).map(parseHold);
  }
}
