/**
 * Judges what the store says of each DEA by what that DEA has said: when its presence is put, its records
 * are one of its last reports, whole and unmixed (I11), whatever other DEAs do or say (I12, I17).
 *
 * @module
 */

import type { StoreLayout } from "../../lib/store/layout.ts";
import type { Accusations } from "./accusations.ts";
import type { SimulatedDea } from "./simulated_deas.ts";
import type { StoreChange } from "./store_observer.ts";

/** A report may be this old when it is saved, and stand so long after a newer one: a slow store. */
const REPORT_AGE_MAX_MS = 90_000;
/** Who has lied is believed for so long, and a store that was replaced is wrong for so long. */
const EXCUSED_MS = 60_000;

/** A DEA's records, or what it has said: what is known of each instance, by its key below the DEA's. */
type Records = ReadonlyMap<string, string>;

interface Report {
  readonly records: Records;
  /** When something else was said; undefined while this is what is said. */
  replacedAtMs: number | undefined;
}

/** What judging needs. */
export interface ReportJudgeDeps {
  readonly layout: StoreLayout;
  readonly accusations: Accusations;
  readonly nowMs: () => number;
}

/** Watches the instance records. */
export class ReportJudge {
  readonly #deps: ReportJudgeDeps;
  readonly #reports = new Map<string, Report[]>();
  readonly #stored = new Map<string, Map<string, string>>();
  /** DEAs whose records or reports have changed since they were compared. */
  readonly #changed = new Set<string>();
  readonly #excusedUntilMs = new Map<string, number>();
  #allExcusedUntilMs = 0;

  constructor(deps: ReportJudgeDeps) {
    this.#deps = deps;
  }

  /** A DEA says something else than before. */
  reported({ model, lie, invented }: SimulatedDea): void {
    const { nowMs, layout } = this.#deps;
    const { deaGuid } = model;
    if (lie !== undefined) this.#excusedUntilMs.set(deaGuid, Infinity);
    else if (this.#excusedUntilMs.get(deaGuid) === Infinity) {
      this.#excusedUntilMs.set(deaGuid, nowMs() + EXCUSED_MS);
    }
    const start = layout.deaPrefix(deaGuid).length;
    const records = new Map(
      [...model.instances, ...invented].map((instance) => [
        layout.actualKey(instance).slice(start),
        `${instance.instanceIndex},${instance.state}`,
      ]),
    );
    const before = this.#reports.get(deaGuid) ?? [];
    for (const report of before) report.replacedAtMs ??= nowMs();
    const kept = before.filter(({ replacedAtMs = 0 }) =>
      nowMs() - replacedAtMs < REPORT_AGE_MAX_MS
    );
    this.#reports.set(deaGuid, [...kept, { records, replacedAtMs: undefined }]);
    this.#changed.add(deaGuid);
  }

  /** The store was replaced by another one, which holds what the observer says. */
  replaced(changes: readonly StoreChange[]): void {
    this.#allExcusedUntilMs = this.#deps.nowMs() + EXCUSED_MS;
    for (const change of changes) this.#keep(change);
  }

  /** What one revision has changed. */
  saw(changes: readonly StoreChange[]): void {
    const { presencePrefix } = this.#deps.layout;
    for (const change of changes) this.#keep(change);
    for (const { key, after } of changes) {
      if (after === undefined || !key.startsWith(presencePrefix)) continue;
      this.#compare(key.slice(presencePrefix.length));
    }
  }

  #keep({ key, after }: StoreChange): void {
    const { actualPrefix } = this.#deps.layout;
    if (!key.startsWith(actualPrefix)) return;
    const slash = key.indexOf("/", actualPrefix.length);
    const deaGuid = key.slice(actualPrefix.length, slash);
    const records = this.#stored.get(deaGuid) ?? new Map<string, string>();
    this.#stored.set(deaGuid, records);
    if (after === undefined) records.delete(key.slice(slash + 1));
    else records.set(key.slice(slash + 1), after.slice(0, after.lastIndexOf(",")));
    this.#changed.add(deaGuid);
  }

  #compare(deaGuid: string): void {
    const { nowMs, accusations } = this.#deps;
    if (!this.#changed.delete(deaGuid)) return;
    const excusedUntilMs = this.#excusedUntilMs.get(deaGuid) ?? 0;
    if (nowMs() < Math.max(excusedUntilMs, this.#allExcusedUntilMs)) {
      this.#changed.add(deaGuid);
      return;
    }
    const stored = this.#stored.get(deaGuid) ?? new Map<string, string>();
    const reports = this.#reports.get(deaGuid) ?? [];
    if (reports.some(({ records }) => same(records, stored))) return;
    const said = reports.at(-1)?.records ?? new Map<string, string>();
    accusations.accuse(
      "I11",
      `${deaGuid} is present with records it has not reported: ${difference(said, stored)}`,
    );
  }
}

function same(a: Records, b: Records): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}

function difference(said: Records, stored: Records): string {
  const keys = new Set([...said.keys(), ...stored.keys()]);
  return [...keys].filter((key) => said.get(key) !== stored.get(key)).slice(0, 3)
    .map((key) => `${key} said ${said.get(key) ?? "gone"}, stored ${stored.get(key) ?? "gone"}`)
    .join("; ");
}
