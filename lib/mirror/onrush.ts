/**
 * Whether a whole platform is reporting in: the listener writes everything there is while nobody may act on
 * it yet, for actual state is fresh only after a whole TTL. Whoever follows a million records that come at
 * once takes from the store, and from the machine, what those need who write them; and may fall behind,
 * which costs the store more than all else. Pure.
 *
 * @module
 */

/** So many instances more than there were are worth letting go of the watch. */
const ONRUSH_INSTANCES = 20_000;

/** What is known after some changes. */
export interface Sighting {
  /** How many instance records there are. */
  readonly instances: number;
  /** Whether what is seen may be acted upon. */
  readonly actualFresh: boolean;
}

/** Notices when many instances come at once that nobody may act on. */
export class Onrush {
  readonly #least: number;
  #before: number;

  /** @param instances how many there are to begin with */
  constructor(instances: number, least = ONRUSH_INSTANCES) {
    this.#before = instances;
    this.#least = least;
  }

  /** Takes note, and says whether the rest is not worth following. */
  isOn({ instances, actualFresh }: Sighting): boolean {
    if (actualFresh) this.#before = instances;
    else this.#before = Math.min(this.#before, instances);
    return instances - this.#before >= this.#least;
  }
}
