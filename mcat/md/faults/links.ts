/**
 * The links of one machine: a proxy to each server that it talks to, so that each can be spoiled on its
 * own.
 *
 * @module
 */

import { TcpProxy } from "../../../test_helpers/tcp_proxy.ts";
import type { MachineServers } from "./pace.ts";

/** Where the servers truly are. */
export interface ServerPorts {
  readonly etcd: readonly number[];
  readonly nats: readonly number[];
  readonly cloudController: number;
}

/** A machine's way to the servers. */
export class Links implements AsyncDisposable {
  /** Names the machine. */
  readonly machine: string;
  readonly etcd: readonly TcpProxy[];
  /** In the order in which the machine tries them. */
  readonly nats: readonly TcpProxy[];
  readonly cloudController: TcpProxy;

  constructor(machine: string, ports: ServerPorts) {
    this.machine = machine;
    this.etcd = ports.etcd.map((port) => TcpProxy.start({ port }));
    this.nats = ports.nats.map((port) => TcpProxy.start({ port }));
    this.cloudController = TcpProxy.start({ port: ports.cloudController });
  }

  /** Each link with a name for people. */
  get all(): readonly { readonly name: string; readonly proxy: TcpProxy }[] {
    const named = (what: string, proxies: readonly TcpProxy[]) =>
      proxies.map((proxy, index) => ({ name: `${this.machine} to ${what} ${index}`, proxy }));
    return [
      ...named("etcd", this.etcd),
      ...named("NATS", this.nats),
      { name: `${this.machine} to Cloud Controller`, proxy: this.cloudController },
    ];
  }

  /** What the configuration of the machine's components says. */
  get servers(): MachineServers {
    return {
      etcdUrls: this.etcd.map(({ port }) => `http://127.0.0.1:${port}`),
      nats: this.nats.map(({ port }) => ({ host: "127.0.0.1", port })),
      cloudControllerUrl: `http://127.0.0.1:${this.cloudController.port}`,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map(({ proxy }) => proxy[Symbol.asyncDispose]()));
  }
}
