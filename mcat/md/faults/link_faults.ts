/**
 * Faults of links, by proxies: between machines and servers, in both directions or in one, of all
 * connections or of one (F7, F8, F15).
 *
 * @module
 */

import type { Spoiling, TcpProxy } from "../../../test_helpers/tcp_proxy.ts";
import { type FaultContext, type FaultKind, type InjectedFault, pickOne } from "./fault_kind.ts";

const FOR_A_WHILE: readonly [number, number] = [3, 10];

/** Kinds of faults of links. */
export const LINK_FAULTS: readonly FaultKind[] = [
  {
    name: "connections of a link cut",
    lasts: [0, 0],
    inject: (context) => {
      const { name, proxy } = oneLink(context);
      proxy.cut();
      return { what: name };
    },
  },
  {
    name: "link refuses connections",
    lasts: FOR_A_WHILE,
    inject: (context) => {
      const { name, proxy } = oneLink(context);
      proxy.refuse();
      proxy.cut();
      return { what: name, mend: () => proxy.heal() };
    },
  },
  spoiled("link half open", { silent: "both" }),
  spoiled("link without answers", { silent: "down" }),
  spoiled("link without requests", { silent: "up" }),
  spoiled("link slow", { delayMs: 300 }),
  spoiled("link in small pieces", { sliceBytes: 5 }),
  spoiled("link narrow", { bytesPerSecond: 4_096 }),
  {
    name: "one connection half open",
    lasts: FOR_A_WHILE,
    inject: (context) => {
      const { name, proxy } = oneLink(context);
      const connection = context.random.pick(proxy.connections);
      connection?.spoil({ silent: "both" });
      return { what: name, mend: () => connection?.spoil({}) };
    },
  },
  isolated("machine cut off the store", "etcd"),
  isolated("machine cut off the bus", "nats"),
];

function spoiled(name: string, spoiling: Spoiling): FaultKind {
  return {
    name,
    lasts: FOR_A_WHILE,
    inject: (context): InjectedFault => {
      const { name: what, proxy } = oneLink(context);
      proxy.spoil(spoiling);
      return { what, mend: () => proxy.heal() };
    },
  };
}

function isolated(name: string, what: "etcd" | "nats"): FaultKind {
  return {
    name,
    lasts: [4, 12],
    inject: ({ world, random }): InjectedFault => {
      const links = pickOne(random, world.links.slice(0, 2));
      links[what].forEach((proxy) => proxy.spoil({ silent: "both" }));
      const mend = () => links[what].forEach((proxy) => proxy.heal());
      return { what: `machine ${links.machine}`, mend };
    },
  };
}

/** A link that is used. */
function oneLink(
  { world, random }: FaultContext,
): { readonly name: string; readonly proxy: TcpProxy } {
  const used = world.links.flatMap(({ all }) => all)
    .filter(({ proxy }) => proxy.connections.length > 0);
  return pickOne(random, used);
}
