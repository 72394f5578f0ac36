/**
 * What must not hurt: more than a DEA should say, all at once, a listener that stands still until the bus
 * cuts it off, an etcd that does not answer and one that has no room. Of each it is measured how long until
 * everything may be acted upon again, what was started meanwhile, which should be nothing, and what it cost.
 *
 * @module
 */

import type { Measurement } from "../../results.ts";
import { counted, type Patience, took } from "../scenario.ts";
import type { World } from "../world.ts";
import { usageOver } from "./usage_over.ts";

/** Instances that one DEA names besides its own. */
const GUESTS = 10_000;
/** The DEA that does: none that another scenario lets die. */
const HOST = 1;
const LISTENER = "actual_state_listener";

/** Something that goes wrong for a while; all is as before when it resolves. */
interface Trouble {
  readonly what: string;
  readonly happen: (world: World, periodSeconds: number) => Promise<void>;
}

const TROUBLES: readonly Trouble[] = [
  {
    what: `a DEA names ${GUESTS} instances more`,
    happen: async (world, periodSeconds) => {
      await world.platform.command({ kind: "swell", dea: HOST, instances: GUESTS });
      await world.rest(2 * periodSeconds);
      await world.platform.command({ kind: "swell", dea: HOST, instances: 0 });
    },
  },
  {
    what: "every DEA beats five times in a second",
    happen: async (world) => {
      for (let time = 0; time < 5; time += 1) {
        await world.platform.command({ kind: "burst" });
        await world.rest(0.2);
      }
    },
  },
  {
    what: "the listener stands still for a period and a half",
    happen: async (world, periodSeconds) => {
      const pid = world.pidOf(LISTENER);
      Deno.kill(pid, "SIGSTOP");
      await world.rest(1.5 * periodSeconds);
      Deno.kill(pid, "SIGCONT");
    },
  },
  {
    what: "etcd does not answer for a period",
    happen: async (world, periodSeconds) => {
      await world.etcd.pause();
      await world.rest(periodSeconds);
      world.etcd.resume();
    },
  },
  {
    what: "etcd has no space for four periods",
    happen: async (world, periodSeconds) => {
      await world.etcd.post("/v3/maintenance/alarm", { action: "ACTIVATE", alarm: "NOSPACE" });
      await world.rest(4 * periodSeconds);
      await world.etcd.post("/v3/maintenance/alarm", { action: "DEACTIVATE", alarm: "NOSPACE" });
    },
  },
];

/** One after the other. */
export async function badInput(world: World, patience: Patience): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const trouble of TROUBLES) measurements.push(...await through(world, trouble, patience));
  return measurements;
}

async function through(
  world: World,
  { what, happen }: Trouble,
  { secondsMax }: Patience,
): Promise<Measurement[]> {
  const { observer, platform, options: { apps, periodSeconds } } = world;
  const running = () => platform.report?.runningApps ?? 0;
  // What had crashed, or was lost before, is started first.
  await world.waitUntil(() => running() >= apps && observer.fresh, { secondsMax });
  await world.rest(periodSeconds);
  const before = { lost: observer.freshnessLost, ended: world.casualties.length };
  const starts = () => platform.report?.startsReceived ?? 0;
  const startsBefore = starts();
  const from = observer.seconds;
  await happen(world, periodSeconds);
  const over = observer.seconds;
  // Freshness that is about to end is seen to have ended first.
  await world.rest(periodSeconds);
  const fresh = await world.waitUntil(() => observer.fresh, { secondsMax });
  const again = fresh === undefined ? undefined : observer.seconds - over;
  await world.rest(2 * periodSeconds);
  return [
    ...took(`${what}: fresh after it was over`, again),
    counted(`${what}: freshness lost`, observer.freshnessLost - before.lost),
    counted(`${what}: components that ended`, world.casualties.length - before.ended),
    counted(`${what}: starts`, starts() - startsBefore),
    ...usageOver(world, { from, phase: what }),
  ];
}
