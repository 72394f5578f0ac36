/**
 * The Cloud Controller of the simulated world: what is desired, and every way of not saying so.
 *
 * @module
 */

import { aborted } from "../../lib/helpers/aborted.ts";
import type { HttpGet, HttpGetResponse } from "../../lib/desired_state_listener/http_get.ts";
import { type AppId, appKey } from "../../lib/models/app_key.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import { bulkPageAnswer } from "../../test_helpers/bulk_page_answer.ts";
import { SIMULATED_CONFIG } from "./simulated_config.ts";
import type { SimulatedProcess } from "./simulated_process.ts";

/** How it answers. */
export type CloudControllerMood =
  | "well"
  | "down"
  | "refuses"
  | "fails"
  | "says nothing is desired"
  | "talks garbage"
  | "repeats its token"
  | "ends early"
  | "hangs in the middle";

/** The simulated Cloud Controller. */
export class SimulatedCloudController {
  mood: CloudControllerMood = "well";
  readonly #apps = new Map<string, DesiredAppState>();
  /** Since when each app has been desired as it is, in the world's milliseconds. */
  readonly #sinceMs = new Map<string, number>();
  readonly #nowMs: () => number;
  /** When it last left out no more apps than may go in one fetch. */
  #misledAtMs = -Infinity;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What is desired. */
  get apps(): readonly DesiredAppState[] {
    return [...this.#apps.values()];
  }

  /** What is desired of an app. */
  find(app: AppId): DesiredAppState | undefined {
    return this.#apps.get(appKey(app));
  }

  /** Desires this of an app from now on. */
  desire(app: DesiredAppState): void {
    this.#apps.set(appKey(app), app);
    this.#sinceMs.set(appKey(app), this.#nowMs());
  }

  /**
   * For how long an app has been desired as it is, in milliseconds, and nothing else was said that is
   * plausible.
   */
  wantedForMs(app: AppId, nowMs: number): number {
    return nowMs - Math.max(this.#sinceMs.get(appKey(app)) ?? nowMs, this.#misledAtMs);
  }

  /** Does not list the app any more. */
  remove(app: AppId): void {
    this.#apps.delete(appKey(app));
  }

  /** How a process asks it. */
  httpGetFor(process: SimulatedProcess): HttpGet {
    return async ({ url, signal }) => {
      const down = this.mood === "down" || (this.mood === "hangs in the middle" && isLater(url));
      if (down) await aborted(signal);
      else await process.time().sleep(20, { signal });
      signal.throwIfAborted();
      return this.#answer(new URL(url));
    };
  }

  #answer(url: URL): HttpGetResponse {
    const token = JSON.parse(url.searchParams.get("bulk_token") ?? "{}");
    const from = typeof token.id === "number" ? token.id : 0;
    const batchSize = Number(url.searchParams.get("batch_size") ?? "50");
    switch (this.mood) {
      case "refuses":
        return answer(401, "");
      case "fails":
        return answer(500, "oops");
      case "says nothing is desired":
        return answer(200, "{}");
      case "talks garbage":
        return answer(200, "<html>");
      case "ends early": {
        if (from > 0 && this.#isPlausible(from)) this.#misledAtMs = this.#nowMs();
        const apps = from === 0 ? this.apps : [];
        return answer(200, JSON.stringify(bulkPageAnswer(apps, { from, batchSize })));
      }
      case "repeats its token": {
        const page = bulkPageAnswer(this.apps, { from: 0, batchSize });
        return answer(200, JSON.stringify(page));
      }
      default:
        return answer(200, JSON.stringify(bulkPageAnswer(this.apps, { from, batchSize })));
    }
  }

  #isPlausible(named: number): boolean {
    const { shrinkAppsFloor, shrinkFractionMax } = SIMULATED_CONFIG.fetcher;
    const left = this.#apps.size - named;
    return left <= Math.max(shrinkAppsFloor, this.#apps.size * shrinkFractionMax);
  }
}

/** Whether it is not the first page that is asked for. */
function isLater(url: string): boolean {
  return typeof JSON.parse(new URL(url).searchParams.get("bulk_token") ?? "{}").id === "number";
}

function answer(status: number, body: string): HttpGetResponse {
  return { status, body: new TextEncoder().encode(body) };
}
