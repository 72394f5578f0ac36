/**
 * What goes on while faults do: instances crash, apps are scaled, and pushed anew, so that there is always
 * something to start and to stop.
 *
 * @module
 */

import type { AppId } from "../../../lib/models/app_key.ts";
import type { SimulatedPlatform } from "../../../test_helpers/simulated_platform.ts";
import type { SeededRandom } from "../../simulation/seeded_random.ts";

const DEAS = 6;
const APPS = 20;
const INSTANCES_MAX = 4;

/** Users and their apps. */
export class Bustle {
  /** How much of each kind has happened. */
  readonly counts = { crash: 0, scale: 0, push: 0 };
  readonly #platform: SimulatedPlatform;
  readonly #random: SeededRandom;
  #pushed = 0;

  constructor(platform: SimulatedPlatform, random: SeededRandom) {
    this.#platform = platform;
    this.#random = random;
  }

  /** A platform that is whole. */
  settle(): void {
    for (let dea = 1; dea <= DEAS; dea += 1) this.#platform.addDea(`dea-${dea}`);
    for (let app = 0; app < APPS; app += 1) this.#push({ running: true });
  }

  /** Something happens. */
  happen(): void {
    const app = this.#random.pick(this.#platform.desired);
    if (app === undefined) return;
    const lot = this.#random.fraction();
    if (lot < 0.5) this.#crash(app);
    else if (lot < 0.8) this.#scale(app);
    else this.#replace(app);
  }

  #crash(app: AppId & { readonly instances: number }): void {
    this.#platform.crash(app, this.#random.between(0, app.instances - 1));
    this.counts.crash += 1;
  }

  #scale(app: AppId): void {
    this.#platform.scale(app, this.#random.between(1, INSTANCES_MAX));
    this.counts.scale += 1;
  }

  #replace(app: AppId): void {
    this.#platform.removeApp(app);
    this.#push({ running: false });
    this.counts.push += 1;
  }

  #push({ running }: { readonly running: boolean }): void {
    this.#pushed += 1;
    const instances = this.#random.between(1, INSTANCES_MAX);
    this.#platform.addApp(`app-${this.#pushed}`, { instances, running });
  }
}
