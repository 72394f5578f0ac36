/**
 * Starts the platform's process, tells it what to do, and keeps what it reports.
 *
 * @module
 */

import { Child } from "../child.ts";
import type { PlatformCommand, PlatformEvent, PlatformReport } from "./platform_messages.ts";

/** What the platform is made of. */
export interface PlatformSetup {
  readonly natsPort: number;
  readonly apps: number;
  readonly instancesPerDea: number;
  readonly crashedFraction: number;
  readonly newAppsPerPeriod: number;
  readonly periodSeconds: number;
  readonly empty: boolean;
}

/** DEAs and Cloud Controller, in a process of their own. */
export class Platform implements AsyncDisposable {
  readonly child: Child;
  /** Instances named in a heartbeat for the first time, with the wall time then, in milliseconds. */
  readonly said = new Map<string, number>();
  readonly #ready = Promise.withResolvers<number>();
  #report: PlatformReport | undefined;
  #died = Promise.withResolvers<PlatformEvent & { readonly kind: "died" }>();
  #latestMs = 0;

  constructor(setup: PlatformSetup) {
    this.child = new Child({
      name: "simulated DEAs and CC",
      args: [
        ...["-A", "mcat/phd/e2e/platform_process.ts", `--nats-port=${setup.natsPort}`],
        ...[`--apps=${setup.apps}`, `--instances-per-dea=${setup.instancesPerDea}`],
        `--crashed-fraction=${setup.crashedFraction}`,
        ...[`--new-apps=${setup.newAppsPerPeriod}`, `--period=${setup.periodSeconds}`],
        ...(setup.empty ? ["--empty"] : []),
      ],
      onLine: (line) => this.#take(JSON.parse(line)),
    });
  }

  /** Resolves to the Cloud Controller's port when it listens. */
  get ready(): Promise<number> {
    return this.#ready.promise;
  }

  /** The last report; undefined before the first. */
  get report(): PlatformReport | undefined {
    return this.#report;
  }

  /** Lets DEAs die, and says when the first and the last of them were heard last, in Unix milliseconds. */
  async die(
    deas: readonly number[],
  ): Promise<{ readonly firstHeardMs: number; readonly lastHeardMs: number }> {
    this.#died = Promise.withResolvers();
    await this.command({ kind: "die", deas });
    return await this.#died.promise;
  }

  /** How late the latest heartbeat ever was, in milliseconds: a load that lags measures nothing. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** Tells it to do something. */
  async command(command: PlatformCommand): Promise<void> {
    await this.child.write(JSON.stringify(command));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child[Symbol.asyncDispose]();
  }

  #take(event: PlatformEvent): void {
    switch (event.kind) {
      case "ready":
        return this.#ready.resolve(event.port);
      case "said":
        this.said.set(event.instance, event.atMs);
        return;
      case "died":
        return this.#died.resolve(event);
      case "report":
        this.#report = event;
        this.#latestMs = Math.max(this.#latestMs, event.latestMs);
    }
  }
}
