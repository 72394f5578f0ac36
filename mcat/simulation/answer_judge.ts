/**
 * Judges the API by what it answers: every replica does, whether it leads anything or not; never from a
 * store that is not fresh; and nothing but what stands in the store (I16).
 *
 * @module
 */

import type { AppStates } from "../../lib/api/app_states.ts";
import type { AppId } from "../../lib/models/app_key.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import type { Accusations } from "./accusations.ts";
import type { SimulatedProcess } from "./simulated_process.ts";
import type { StoreObserver } from "./store_observer.ts";

/** How old something must be before an answer must show it. */
const SLACK_MS = 20_000;

/** What judging needs. */
export interface AnswerJudgeDeps {
  readonly layout: StoreLayout;
  readonly observer: StoreObserver;
  readonly accusations: Accusations;
  readonly nowMs: () => number;
}

/** Asks and compares. */
export class AnswerJudge {
  readonly #deps: AnswerJudgeDeps;
  /** When each replica last answered. */
  readonly #answeredAtMs = new Map<string, number>();

  constructor(deps: AnswerJudgeDeps) {
    this.#deps = deps;
  }

  /** A replica has answered about an app. */
  answered(process: SimulatedProcess, { states, app }: { states: AppStates; app: AppId }): void {
    const { layout, observer, accusations, nowMs } = this.#deps;
    observer.look();
    this.#answeredAtMs.set(process.name, nowMs());
    for (const key of [layout.actualFreshKey, layout.desiredFreshKey]) {
      if (!observer.absentFor(key, SLACK_MS)) continue;
      accusations.accuse("I16", `${process.name} has answered while ${key} is gone`);
    }
    const shown = states.find(app);
    const missing = observer.steadyInstances(app, SLACK_MS).find((there) =>
      !shown?.instances.some(({ instanceGuid }) => instanceGuid === there.instanceGuid)
    );
    if (missing !== undefined) {
      accusations.accuse("I16", `${process.name} does not show ${missing.instanceGuid}`);
    }
    const recent = new Set(
      observer.recentInstances(app, SLACK_MS).map(({ instanceGuid }) => instanceGuid),
    );
    const invented = shown?.instances.find(({ instanceGuid }) => !recent.has(instanceGuid));
    if (invented !== undefined) {
      accusations.accuse("I16", `${process.name} shows ${invented.instanceGuid}, which is gone`);
    }
  }

  /** Whether every replica has answered of late. */
  requireAnswers(names: readonly string[], withinMs: number): void {
    const { accusations, nowMs } = this.#deps;
    for (const name of names) {
      if (nowMs() - (this.#answeredAtMs.get(name) ?? -Infinity) <= withinMs) continue;
      accusations.accuse("I16", `${name} does not answer though everything is well`);
    }
  }
}
