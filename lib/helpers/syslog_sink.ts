/**
 * Sends log lines to syslog and stands in nobody's way: nothing it does throws, waits, or leaves a
 * promise nobody awaits, whether a server is there or not.
 *
 * logtape's own companion for syslog is not used: its line for this registry asks for another logtape,
 * a server that refuses costs an unhandled rejection per line, which ends the process, and it knows no
 * local socket.
 *
 * @module
 */

import { LogLimiter } from "./log_limiter.ts";
import type { SyslogTransport } from "./syslog_transport.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What a {@linkcode SyslogSink} needs. */
export interface SyslogSinkOptions {
  /** Opens the socket; called at the first line, and again at later ones if it throws. */
  readonly open: () => SyslogTransport;
  readonly time: TimeProvider;
  /** Says, elsewhere than in syslog, that lines are lost; once a minute at most. */
  readonly report: (failure: SyslogFailure) => void;
}

/** Lines that were not sent. */
export interface SyslogFailure {
  /** Why, the last time. */
  readonly error: unknown;
  /** How many lines were not sent so far. */
  readonly lost: number;
}

/** Datagrams under way at once; a name that cannot be looked up must not pile them up. */
const underWayMax = 1_000;

/** How long closing waits for what is under way, in milliseconds. */
const closeWaitMs = 1_000;

/** Sends datagrams, as well as it can. */
export class SyslogSink {
  readonly #options: SyslogSinkOptions;
  readonly #limiter: LogLimiter;
  readonly #underWay = new Set<Promise<void>>();
  #transport: SyslogTransport | undefined;
  #closed = false;
  #lost = 0;

  constructor(options: SyslogSinkOptions) {
    this.#options = options;
    this.#limiter = new LogLimiter({ time: options.time });
  }

  /** Sends a datagram when it can. Does nothing once closed. */
  write(datagram: Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    if (this.#underWay.size >= underWayMax) {
      this.#failed(new Error(`Cannot send to syslog: ${underWayMax} messages are under way`));
      return;
    }
    const sending = this.#send(datagram).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** How many lines were not sent. */
  get lost(): number {
    return this.#lost;
  }

  /** Waits a second at most for what is under way, and closes the socket. May be called again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const waiting = new AbortController();
    const waited = this.#options.time.sleep(closeWaitMs, { signal: waiting.signal });
    await Promise.race([Promise.all(this.#underWay), waited]);
    waiting.abort();
    try {
      this.#transport?.close();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Never rejects. */
  async #send(datagram: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      this.#transport ??= this.#options.open();
      await this.#transport.send(datagram);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#lost += 1;
    if (!this.#limiter.admit("syslog").admitted) return;
    this.#options.report({ error, lost: this.#lost });
  }
}
