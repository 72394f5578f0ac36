/**
 * A stored fleet with a mirror that runs over it, for tests of what looks at the fleet through one.
 *
 * @module
 */

import { FleetMirror } from "../lib/mirror/fleet_mirror.ts";
import { StoredFleet } from "./stored_fleet.ts";
import { SwitchedStore } from "./switched_store.ts";

/** A fleet and its mirror; disposing of it ends both. */
export class MirroredFleet extends StoredFleet {
  /** What the mirror reads, which can be made to fail. */
  readonly switched: SwitchedStore = new SwitchedStore(this.store);
  readonly mirror: FleetMirror;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /**
   * @param nowSeconds what time it is. @default {200}
   * @param onrushInstances see {@linkcode FleetMirror}. @default as there
   */
  constructor(nowSeconds = 200, onrushInstances?: number) {
    super(nowSeconds);
    const { layout, time, random, log, metrics } = this;
    this.mirror = new FleetMirror({
      ...{ store: this.switched, layout, time, random, log, metrics },
      ...{ actualFreshnessTtlSeconds: 30, onrushInstances },
    });
  }

  /** Begins to mirror. */
  start(): void {
    this.#running = this.mirror.run(this.#stop.signal);
  }

  /** Ends mirroring. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await super[Symbol.asyncDispose]();
  }
}
