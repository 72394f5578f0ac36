/**
 * A TCP proxy that spoils what passes through it, on a free loopback port: it delays, slices and narrows
 * the stream, goes silent in one direction or both (the peer is there, and says nothing: half-open), cuts
 * connections, and turns new ones away. Each of these for all connections, those to come included, or for
 * one. Nothing that was taken is lost while the connection lives: as with TCP, what a silence held back
 * passes when it ends.
 *
 * ```ts
 * await using proxy = TcpProxy.start({ port: etcdPort });
 * proxy.spoil({ delayMs: 200, sliceBytes: 7 });
 * proxy.spoil({ silent: "down" }); // instead: requests go up, answers do not come
 * proxy.connections[0]?.cut();
 * proxy.heal();
 * ```
 *
 * @module
 */

import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import { type Peer, ProxiedConnection, type Spoiling } from "./proxied_connection.ts";

export type { Spoiling } from "./proxied_connection.ts";

/** Options of {@linkcode TcpProxy.start}. */
export interface TcpProxyOptions extends Peer {
  /** Measures delays and widths. @default real time */
  readonly time?: TimeProvider;
}

/** A proxy in front of one server. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #peer: Peer;
  readonly #time: TimeProvider;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #looks = new Set<() => void>();
  readonly #accepting: Promise<void>;
  #spoiling: Spoiling = {};
  #refuses = false;
  #accepted = 0;

  private constructor({ port, hostname, time = new RealTimeProvider() }: TcpProxyOptions) {
    this.#peer = { port, ...(hostname === undefined ? {} : { hostname }) };
    this.#time = time;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accepting = this.#accept();
  }

  /** Listens from now on; the server need not be there yet. */
  static start(options: TcpProxyOptions): TcpProxy {
    return new TcpProxy(options);
  }

  /** The port on 127.0.0.1. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** The connections that are open, oldest first. */
  get connections(): readonly ProxiedConnection[] {
    return [...this.#connections];
  }

  /** How many connections were ever taken, those that were turned away not counted. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Spoils all connections, and those to come, in this way and no other. */
  spoil(spoiling: Spoiling): void {
    this.#spoiling = spoiling;
    this.#connections.forEach((connection) => connection.spoil(spoiling));
  }

  /** Ends all connections; new ones are welcome. */
  cut(): void {
    this.#connections.forEach((connection) => connection.cut());
  }

  /** Turns new connections away, at once; those that are open stay. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Everything passes as it comes, and new connections are welcome. */
  heal(): void {
    this.#refuses = false;
    this.spoil({});
  }

  /** Resolves when as many connections are open as wanted. */
  waitForConnections(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#connections.size !== count) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    const ended = this.connections.map((connection) => connection.ended);
    this.cut();
    await Promise.all(ended);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      if (this.#refuses) client.close();
      else this.#take(client);
    }
  }

  #take(client: Deno.TcpConn): void {
    const deps = { client, peer: this.#peer, time: this.#time, spoiling: this.#spoiling };
    const connection = new ProxiedConnection(deps);
    this.#accepted += 1;
    this.#connections.add(connection);
    void connection.ended.then(() => {
      this.#connections.delete(connection);
      this.#changed();
    });
    this.#changed();
  }

  #changed(): void {
    this.#looks.forEach((look) => look());
  }
}
