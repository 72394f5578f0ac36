/**
 * Faults of the store's servers (F5, F6, F9, F11, F12, F27).
 *
 * @module
 */

import { lockKey } from "../../../lib/store/layout.ts";
import { type FaultContext, type FaultKind, type InjectedFault, pickOne } from "./fault_kind.ts";

const MEMBERS = [0, 1, 2] as const;
const LEADING = [
  ...["actual_state_listener", "desired_state_listener", "analyzer"],
  ...["sender", "evacuator", "shredder"],
] as const;
/** A backup that is restored is no younger than this: mirrors can tell it from the store that was. */
const BACKUP_AGE_MIN_MS = 30_000;

/** Kinds of faults of the store. */
export const ETCD_FAULTS: readonly FaultKind[] = [
  etcdFault("etcd member killed", [2, 8], ({ random, world }) => {
    const member = pickOne(random, MEMBERS);
    return down(world, [member]);
  }),
  etcdFault("etcd leader killed", [2, 8], async ({ world }) => {
    const leader = await world.operator.leader() ?? 0;
    return await down(world, [leader]);
  }),
  etcdFault("etcd leadership moved", [0, 0], async ({ world }) => {
    await world.operator.moveLeader();
    return { what: `to member ${await world.operator.leader()}` };
  }),
  etcdFault("etcd member hangs", [3, 8], async ({ random, world }) => {
    return await hanging(world, pickOne(random, MEMBERS));
  }),
  etcdFault("etcd leader hangs", [3, 8], async ({ world }) => {
    return await hanging(world, await world.operator.leader() ?? 0);
  }),
  etcdFault("etcd quorum lost", [6, 12], async ({ random, world }) => {
    const kept = pickOne(random, MEMBERS);
    return await down(world, MEMBERS.filter((member) => member !== kept));
  }),
  etcdFault("etcd full (NOSPACE)", [6, 10], async ({ world }) => {
    await world.operator.fill();
    return { what: "the cluster", mend: () => world.operator.makeRoom() };
  }),
  etcdFault("etcd history compacted behind those cut off", [6, 8], ({ random, world }) => {
    const links = pickOne(random, world.links.slice(0, 2));
    links.etcd.forEach((proxy) => proxy.spoil({ silent: "both" }));
    const mend = async () => {
      await world.operator.compact();
      links.etcd.forEach((proxy) => proxy.cut());
      links.etcd.forEach((proxy) => proxy.heal());
    };
    return { what: `machine ${links.machine}`, mend };
  }),
  etcdFault("etcd restored from a backup", [0, 0], async (context) => {
    const { world, clock, storeReplaced } = context;
    const backup = world.backups.newestBefore(clock.nowMs() - BACKUP_AGE_MIN_MS);
    if (backup === undefined) return await wiped(context);
    storeReplaced();
    await world.etcd.restore(backup);
    storeReplaced();
    return { what: "the cluster" };
  }),
  etcdFault("etcd wiped", [0, 0], wiped),
  etcdFault("leadership key removed", [0, 0], async ({ random, world }) => {
    const component = pickOne(random, LEADING);
    const mutations = [{ kind: "delete", key: lockKey(component) }] as const;
    await world.store.transact({ guards: [], mutations });
    return { what: component };
  }),
];

function etcdFault(
  name: string,
  lasts: readonly [number, number],
  inject: FaultKind["inject"],
): FaultKind {
  return { name, lasts, inject, needs: "etcd" };
}

async function down(
  { etcd }: FaultContext["world"],
  members: readonly number[],
): Promise<InjectedFault> {
  await Promise.all(members.map((member) => etcd.kill(member)));
  // Members are given a while of real time to be well. On a machine that was frozen meanwhile they are
  // not; whether they come back for good is judged by what the platform comes to.
  const mend = () => etcd.start().catch(() => undefined);
  return { what: `member ${members.join(" and ")}`, mend };
}

async function hanging(
  { etcd }: FaultContext["world"],
  member: number,
): Promise<InjectedFault> {
  await etcd.pause(member);
  return { what: `member ${member}`, mend: () => etcd.resume(member) };
}

async function wiped({ world, storeReplaced }: FaultContext): Promise<InjectedFault> {
  storeReplaced();
  await world.etcd.wipe();
  storeReplaced();
  return { what: "the cluster" };
}
