/**
 * A subscriber's handler, made safe to call from the code that reads a connection: what it throws costs
 * one message. Without this an exception in a callback ends the NATS client's reader for good, and a
 * rejection ends the process.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { LogLimiter } from "../helpers/log_limiter.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { BusMessage, MessageHandler } from "./message_bus.ts";

/** What a {@linkcode GuardedHandler} reports to. */
export interface GuardedHandlerDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limiter: LogLimiter;
}

/** Calls a handler and knows how many of its calls are still in progress. */
export class GuardedHandler {
  readonly #subject: string;
  readonly #handler: MessageHandler;
  readonly #deps: GuardedHandlerDeps;
  readonly #idle: (() => void)[] = [];
  #inProgress = 0;

  /** @param subject what was subscribed to, for the log */
  constructor(subject: string, handler: MessageHandler, deps: GuardedHandlerDeps) {
    this.#subject = subject;
    this.#handler = handler;
    this.#deps = deps;
  }

  /** Calls the handler, at once and synchronously. Never throws. */
  handle(message: BusMessage): void {
    try {
      const result = this.#handler(message);
      if (result !== undefined) void this.#follow(result);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Resolves when no call is in progress. */
  async idle(): Promise<void> {
    while (this.#inProgress > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Never rejects, so nobody has to wait for it but {@linkcode idle}. */
  async #follow(result: Promise<void>): Promise<void> {
    this.#inProgress += 1;
    try {
      await result;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#inProgress -= 1;
      if (this.#inProgress === 0) this.#idle.splice(0).forEach((resolve) => resolve());
    }
  }

  #failed(error: unknown): void {
    const { log, metrics, limiter } = this.#deps;
    metrics.increment("message_handler_errors");
    const admission = limiter.admit(`handler ${this.#subject}`);
    if (!admission.admitted) return;
    const { suppressed } = admission;
    log.error("Failed to handle a message", { subject: this.#subject, error, suppressed });
  }
}
