/**
 * The Cloud Controller of the simulated world: what is desired, and every way of not saying so.
 *
 * @module
 */

import type { HttpGet, HttpGetResponse } from "../../lib/desired_state_listener/http_get.ts";
import { type AppId, appKey } from "../../lib/models/app_key.ts";
import type { DesiredAppState } from "../../lib/models/desired_app_state.ts";
import { bulkPageAnswer } from "../../test_helpers/bulk_page_answer.ts";
import type { SimulatedProcess } from "./simulated_process.ts";

/** How it answers. */
export type CloudControllerMood =
  | "well"
  | "down"
  | "refuses"
  | "fails"
  | "says nothing is desired"
  | "talks garbage"
  | "repeats its token";

/** The simulated Cloud Controller. */
export class SimulatedCloudController {
  mood: CloudControllerMood = "well";
  readonly #apps = new Map<string, DesiredAppState>();

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
  }

  /** Does not list the app any more. */
  remove(app: AppId): void {
    this.#apps.delete(appKey(app));
  }

  /** How a process asks it. */
  httpGetFor(process: SimulatedProcess): HttpGet {
    return async ({ url, timeoutMs }) => {
      const down = this.mood === "down";
      await process.time().sleep(down ? timeoutMs : 20);
      if (down) throw new DOMException("The Cloud Controller does not answer", "TimeoutError");
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
      case "repeats its token": {
        const page = bulkPageAnswer(this.apps, { from: 0, batchSize });
        return answer(200, JSON.stringify(page));
      }
      default:
        return answer(200, JSON.stringify(bulkPageAnswer(this.apps, { from, batchSize })));
    }
  }
}

function answer(status: number, body: string): HttpGetResponse {
  return { status, body: new TextEncoder().encode(body) };
}
