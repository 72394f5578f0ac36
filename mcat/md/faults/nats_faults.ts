/**
 * Faults of the message bus's servers (F13).
 *
 * @module
 */

import type { NatsRunner } from "../../../test_helpers/nats_runner.ts";
import { type FaultContext, type FaultKind, type InjectedFault, pickOne } from "./fault_kind.ts";

/** Kinds of faults of NATS. */
export const NATS_FAULTS: readonly FaultKind[] = [
  natsFault("NATS server killed", [2, 8], (context) => down(context, [oneOf(context)])),
  natsFault("NATS server restarted", [0, 0], async (context) => {
    const index = oneOf(context);
    await context.world.nats[index]?.restart();
    return { what: `server ${index}` };
  }),
  natsFault("NATS down", [3, 10], (context) => down(context, [0, 1])),
  natsFault("NATS server hangs", [3, 8], (context) => hanging(context, [oneOf(context)])),
  natsFault("NATS hangs", [3, 8], (context) => hanging(context, [0, 1])),
];

function natsFault(
  name: string,
  lasts: readonly [number, number],
  inject: FaultKind["inject"],
): FaultKind {
  return { name, lasts, inject, needs: "NATS" };
}

function oneOf({ random }: FaultContext): number {
  return pickOne(random, [0, 1]);
}

async function down(
  { world }: FaultContext,
  servers: readonly number[],
): Promise<InjectedFault> {
  const chosen = pick(world.nats, servers);
  await Promise.all(chosen.map((server) => server.kill()));
  const mend = async () => {
    for (const server of chosen) await server.restart();
  };
  return { what: `server ${servers.join(" and ")}`, mend };
}

function hanging({ world }: FaultContext, servers: readonly number[]): InjectedFault {
  const chosen = pick(world.nats, servers);
  chosen.forEach((server) => server.pause());
  const mend = () => chosen.forEach((server) => server.resume());
  return { what: `server ${servers.join(" and ")}`, mend };
}

function pick(all: readonly NatsRunner[], indices: readonly number[]): readonly NatsRunner[] {
  return indices.flatMap((index) => all[index] ?? []);
}
