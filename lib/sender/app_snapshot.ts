/**
 * An app as one pass of the sender sees it. It counts down: an instance that this pass decides to stop is
 * gone for everything the pass judges after it, so that two stops that fall due together cannot empty an
 * index (HAZ-09). Looking up and counting down cost the same however many instances the app has.
 *
 * @module
 */

import { type App, isDesired, isIndexDesired, isStaged } from "../models/app.ts";
import { type InstanceHeartbeat, isStartingOrRunning } from "../models/instance_heartbeat.ts";

/** One app within one pass. The {@linkcode App} it was made of stays as it is. */
export class AppSnapshot {
  readonly app: App;
  readonly #byGuid = new Map<string, InstanceHeartbeat[]>();
  /** Guids of the running instances, by index. */
  readonly #running = new Map<number, Set<string>>();
  /** Guids of the starting instances, by index. */
  readonly #starting = new Map<number, Set<string>>();

  constructor(app: App) {
    this.app = app;
    for (const instance of app.instances) this.#take(instance);
  }

  /** Whether the Cloud Controller wants the app. */
  get isDesired(): boolean {
    return isDesired(this.app);
  }

  /** Whether the app's droplet is ready to run. */
  get isStaged(): boolean {
    return isStaged(this.app);
  }

  /** Whether an instance is desired at `index`. */
  isIndexDesired(index: number): boolean {
    return isIndexDesired(this.app, index);
  }

  /** What is reported under this guid, and not yet stopped: one record, or one for each of several DEAs. */
  reportsOf(instanceGuid: string): readonly InstanceHeartbeat[] {
    return this.#byGuid.get(instanceGuid) ?? [];
  }

  /** Whether anything starts or runs at `index`. */
  isServed(index: number): boolean {
    return (this.#running.get(index)?.size ?? 0) + (this.#starting.get(index)?.size ?? 0) > 0;
  }

  /** Another instance than this one that runs at its index, if there is one. */
  otherRunning({ instanceGuid, instanceIndex }: InstanceHeartbeat): InstanceHeartbeat | undefined {
    for (const guid of this.#running.get(instanceIndex) ?? []) {
      if (guid === instanceGuid) continue;
      return this.reportsOf(guid)
        .find((report) => report.instanceIndex === instanceIndex && report.state === "RUNNING");
    }
    return undefined;
  }

  /** Counts the instance as gone for the rest of the pass. */
  remove(instanceGuid: string): void {
    for (const { instanceIndex } of this.reportsOf(instanceGuid)) {
      this.#running.get(instanceIndex)?.delete(instanceGuid);
      this.#starting.get(instanceIndex)?.delete(instanceGuid);
    }
    this.#byGuid.delete(instanceGuid);
  }

  #take(instance: InstanceHeartbeat): void {
    const reports = this.#byGuid.get(instance.instanceGuid);
    if (reports === undefined) this.#byGuid.set(instance.instanceGuid, [instance]);
    else reports.push(instance);
    if (!isStartingOrRunning(instance)) return;
    const serving = instance.state === "RUNNING" ? this.#running : this.#starting;
    const guids = serving.get(instance.instanceIndex);
    if (guids === undefined) serving.set(instance.instanceIndex, new Set([instance.instanceGuid]));
    else guids.add(instance.instanceGuid);
  }
}
