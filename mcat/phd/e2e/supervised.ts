/**
 * A component under supervision, as systemd or monit would have it: one that ends by itself, for it lost its
 * leadership or its connection, is started again after a moment. How often is part of what is measured.
 *
 * @module
 */

import { Child, type ChildOptions } from "../child.ts";

/** From an end to the next start, in milliseconds. */
const RESTART_MS = 1_000;
/** A component that ends more often is left alone: it will not recover. */
const RESTARTS_MAX = 20;

/** A program that is kept running. */
export class Supervised implements AsyncDisposable {
  readonly name: string;
  /** What was said at each end that nobody asked for. */
  readonly casualties: string[] = [];
  readonly #options: ChildOptions;
  readonly #stop = Promise.withResolvers<void>();
  readonly #loop: Promise<void>;
  #child: Child;
  #stopping = false;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    this.#child = new Child(options);
    this.#loop = this.#supervise();
  }

  /** The process id of the one that runs, or ran last. */
  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#stop.resolve();
    await this.#loop;
    await this.#child[Symbol.asyncDispose]();
  }

  async #supervise(): Promise<void> {
    for (;;) {
      await Promise.race([this.#child.ended, this.#stop.promise]);
      if (this.#stopping) return;
      const { exitCode, said } = this.#child;
      this.casualties.push(`${this.name} ended with code ${exitCode}: ${said.trim()}`);
      await this.#child[Symbol.asyncDispose]();
      if (this.casualties.length > RESTARTS_MAX) return;
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
      if (this.#stopping) return;
      this.#child = new Child(this.#options);
    }
  }
}
