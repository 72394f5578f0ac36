/**
 * Keeps the index of apps in step with the mirror. It looks at the apps that changed since it looked last:
 * what a question costs is what has changed, however many ask; and between questions it is brought up to
 * date once a second, so that no question finds a long way to go. Only after the fleet was listed anew is
 * every app looked at, in pieces that let others run.
 *
 * @module
 */

import { shareCalls } from "../helpers/share_calls.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { ChangeFeed } from "../mirror/change_feed.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import { emptyApp } from "../models/app.ts";
import { parseAppKey } from "../models/app_key.ts";
import { AppIndex } from "./app_index.ts";

/** Apps that are looked at without asking for the time. */
const APPS_PER_LOOK = 50;
/** How long others wait for their turn while a whole fleet is indexed, in milliseconds: few notice. */
const TURN_MS = 2;
/** Others have their turn after so many apps in any case. */
const APPS_PER_TURN = 2_000;
/** From one look at what changed to the next while nobody asks, in milliseconds, at least. */
const PERIOD_MS = 1_000;
/** It rests so many times as long as it took: a fleet that starts must not be indexed over and over. */
const REST_FACTOR = 15;

/** What an {@linkcode IndexedFleet} is handed. */
export interface IndexedFleetDeps {
  readonly mirror: FleetMirror;
  readonly time: TimeProvider;
}

/** An index of the fleet's apps. */
export class IndexedFleet implements Disposable {
  readonly #deps: IndexedFleetDeps;
  readonly #feed: ChangeFeed;
  readonly #update = shareCalls(() => this.#catchUp());
  readonly #index = new AppIndex();

  constructor(deps: IndexedFleetDeps) {
    this.#deps = deps;
    this.#feed = deps.mirror.subscribe();
  }

  /** The mirror need not gather changes for it any more. */
  [Symbol.dispose](): void {
    this.#deps.mirror.unsubscribe(this.#feed);
  }

  /** Keeps up while nobody asks, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { time } = this.#deps;
    while (!signal.aborted) {
      if (!this.#isBehind()) await this.#feed.news(signal);
      const startedMs = time.monotonicMs();
      await this.#update();
      const tookMs = time.monotonicMs() - startedMs;
      await time.sleep(Math.max(PERIOD_MS, tookMs * REST_FACTOR), { signal });
    }
  }

  /** The index, as of the mirror's view. */
  async current(): Promise<AppIndex> {
    if (this.#isBehind()) await this.#update();
    return this.#index;
  }

  #isBehind(): boolean {
    return this.#feed.has("fleet") || this.#feed.has("queue");
  }

  async #catchUp(): Promise<void> {
    const { mirror } = this.#deps;
    const { view } = mirror;
    if (view === undefined) return; // Nothing is known: the listing that ends that will tell.
    const { everything, fleet, queue } = this.#feed.take();
    // What was known may be gone, and for what is neither desired nor seen messages may be left.
    // They are not copied: what is added meanwhile is only looked at once more.
    const all = () => [this.#index.keys(), view.keys(), view.pendingKeys()];
    await this.#setAll(everything ? all() : [fleet, queue], view);
  }

  async #setAll(keys: readonly Iterable<string>[], view: FleetView): Promise<void> {
    const { time } = this.#deps;
    let apps = 0;
    let untilMs = time.monotonicMs() + TURN_MS;
    for (const some of keys) {
      for (const key of some) {
        this.#index.set(key, lookUp(view, key));
        apps += 1;
        if (apps % APPS_PER_LOOK !== 0) continue;
        if (apps % APPS_PER_TURN !== 0 && time.monotonicMs() < untilMs) continue;
        await time.breathe();
        untilMs = time.monotonicMs() + TURN_MS;
      }
    }
  }
}

function lookUp(view: FleetView, key: string) {
  const { starts, stops } = view.pending(key);
  const queued = starts.size + stops.size > 0;
  const app = view.app(key) ?? (queued ? emptyApp(parseAppKey(key)) : undefined);
  return app === undefined ? undefined : { app, queued };
}
