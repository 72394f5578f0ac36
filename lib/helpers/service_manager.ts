/**
 * What a service manager, systemd that is, wants to hear of a process: that it is ready, what it does,
 * that it is alive, that it stops (sd_notify(3)). Where nobody wants to hear it nothing is opened and
 * nothing sent. That the manager cannot be told is said once and keeps nobody from working.
 *
 * @module
 */

import type { Logger } from "./logger.ts";
import type { UnixDatagram } from "./unix_datagram.ts";

/** Whoever started this process and looks after it. */
export interface ServiceManager {
  /** How long it may hear nothing before it ends the process; undefined when it does not care. */
  readonly watchdogMs: number | undefined;
  /** The process does what it is there for. */
  ready(): void;
  /** What it does, in a line for people. */
  status(text: string): void;
  /** It is alive; due within `watchdogMs`. */
  alive(): void;
  /** It has begun to stop. */
  stopping(): void;
  /** Resolves when everything was handed over. */
  close(): Promise<void>;
}

/** Nobody who wants to hear anything. */
export const NO_SERVICE_MANAGER: ServiceManager = {
  watchdogMs: undefined,
  ready() {},
  status() {},
  alive() {},
  stopping() {},
  close: () => Promise.resolve(),
};

/** What {@linkcode createServiceManager} needs. */
export interface ServiceManagerOptions {
  /** Of it `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read. */
  readonly env: Readonly<Record<string, string>>;
  readonly processId: number;
  readonly open: () => UnixDatagram;
  readonly log: Logger;
}

/** The service manager that the environment names. */
export function createServiceManager(options: ServiceManagerOptions): ServiceManager {
  const { env, log } = options;
  const address = env["NOTIFY_SOCKET"];
  if (address === undefined || address === "") return NO_SERVICE_MANAGER;
  try {
    return new NotifySocket({ ...options, path: socketPath(address) });
  } catch (error) {
    log.warn("Cannot tell the service manager anything", { address, error });
    return NO_SERVICE_MANAGER;
  }
}

/** `@` stands for the NUL with which abstract names begin (sd_notify(3)). */
function socketPath(address: string): string {
  if (address.startsWith("/")) return address;
  if (address.startsWith("@")) return `\0${address.slice(1)}`;
  throw new TypeError(`Cannot send to "${address}": needed is a path, or "@" and an abstract name`);
}

class NotifySocket implements ServiceManager {
  readonly watchdogMs: number | undefined;
  readonly #path: string;
  readonly #socket: UnixDatagram;
  readonly #log: Logger;
  #sent: Promise<void> = Promise.resolve();
  #hasFailed = false;

  constructor(options: ServiceManagerOptions & { readonly path: string }) {
    this.watchdogMs = watchdogMs(options);
    this.#path = options.path;
    this.#socket = options.open();
    this.#log = options.log;
  }

  ready(): void {
    this.#send("READY=1");
  }

  status(text: string): void {
    this.#send(`STATUS=${text.replaceAll("\n", " ")}`);
  }

  alive(): void {
    this.#send("WATCHDOG=1");
  }

  stopping(): void {
    this.#send("STOPPING=1");
  }

  async close(): Promise<void> {
    await this.#sent;
    this.#socket.close();
  }

  /** One after the other, so that what was said last is what stands. */
  #send(text: string): void {
    const datagram = new TextEncoder().encode(text);
    this.#sent = this.#sent
      .then(() => this.#socket.send(datagram, this.#path))
      .catch((error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#log.warn("Cannot tell the service manager anything", { address: this.#path, error });
  }
}

/** The watchdog may be meant for another process, whose environment this one has inherited. */
function watchdogMs({ env, processId }: ServiceManagerOptions): number | undefined {
  const { WATCHDOG_USEC: microseconds = "", WATCHDOG_PID: meant = "" } = env;
  if (!/^[1-9]\d*$/.test(microseconds)) return undefined;
  if (meant !== "" && meant !== String(processId)) return undefined;
  return Number(microseconds) / 1000;
}
