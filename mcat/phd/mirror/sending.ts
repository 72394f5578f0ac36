/**
 * How fast the sender claims and publishes what is due, with a real etcd and a real nats-server; and that
 * whoever listens hears each start once.
 *
 * @module
 */

import { FleetMirror } from "../../../lib/mirror/fleet_mirror.ts";
import { newPendingStart } from "../../../lib/models/pending_start_message.ts";
import { Outbox } from "../../../lib/outbox/outbox.ts";
import { MirroredSender } from "../../../lib/sender/mirrored_sender.ts";
import { commitMutations } from "../../../lib/store/commit_units.ts";
import { UNFENCED } from "../../../lib/store/fence.ts";
import type { Mutation } from "../../../lib/store/store.ts";
import { NatsRunner } from "../../../test_helpers/nats_runner.ts";
import { benchDeps, connectBus } from "../bench_deps.ts";
import { openBenchStore } from "../bench_store.ts";
import { progress } from "../progress.ts";
import type { Measurement } from "../results.ts";

/** What starts are kept for after they were sent, in seconds: those of missing apps, and those of none. */
const KEEP_ALIVES = [30, 0];

/** Sends so many starts at once. */
export async function measureSending(starts: number): Promise<Measurement[]> {
  await using nats = await NatsRunner.start();
  await using opened = await openBenchStore({ type: "etcd", nodes: 1 });
  await using bus = await connectBus(nats.port, "sender");
  await using ears = await connectBus(nats.port, "listener");
  const { store } = opened;
  const deps = { ...benchDeps(), store, fence: UNFENCED };
  const heard = new Map<string, number>();
  ears.subscribe("hm9000.start", ({ data }) => {
    const id = JSON.parse(new TextDecoder().decode(data))["message_id"];
    heard.set(id, (heard.get(id) ?? 0) + 1);
  });
  await ears.flush();
  await makeFresh(deps);
  const mirror = new FleetMirror({ ...deps, actualFreshnessTtlSeconds: 30 });
  const stop = new AbortController();
  const running = mirror.run(stop.signal);
  const found: Measurement[] = [];
  for (const keepAliveSeconds of KEEP_ALIVES) {
    await queue(deps, { starts, keepAliveSeconds });
    using sender = new MirroredSender({
      ...deps,
      bus,
      mirror,
      config: config(starts),
      actualFreshnessTtlSeconds: 30,
    });
    await mirror.caughtUp();
    const startedMs = performance.now();
    const { startsSent } = await sender.pass();
    const seconds = (performance.now() - startedMs) / 1000;
    if (startsSent !== starts) throw new Error(`Cannot measure: ${startsSent} starts were sent`);
    const labels = { starts, "kept for seconds": keepAliveSeconds };
    found.push({
      name: "sender, claimed and published",
      labels,
      value: Math.round(starts / seconds),
      unit: "a second",
    });
    progress(
      `mirror: ${Math.round(starts / seconds)} starts a second, kept for ${keepAliveSeconds} s`,
    );
  }
  await bus.flush();
  await ears.flush();
  stop.abort();
  await running;
  const doubled = [...heard.values()].filter((times) => times > 1).length;
  return [
    ...found,
    { name: "starts heard", labels: {}, value: heard.size, unit: "" },
    { name: "starts heard twice", labels: {}, value: doubled, unit: "" },
  ];
}

type Deps = ConstructorParameters<typeof Outbox>[0] & ReturnType<typeof benchDeps>;

async function makeFresh({ store, layout }: Deps): Promise<void> {
  const value = JSON.stringify({ "timestamp": 1 });
  const keys = [layout.actualFreshKey, layout.desiredFreshKey];
  await commitMutations(store, keys.map((key): Mutation => ({ kind: "put", key, value })), {
    fence: UNFENCED,
  });
}

async function queue(
  deps: Deps,
  { starts, keepAliveSeconds }: { readonly starts: number; readonly keepAliveSeconds: number },
): Promise<void> {
  const { store, layout, random } = deps;
  const apps = Array.from({ length: starts }, () => random.uuid());
  const desired = apps.map((app): Mutation => ({
    kind: "put",
    key: `${layout.desiredPrefix}${app},v`,
    value: "1,STARTED,STAGED",
  }));
  await commitMutations(store, desired, { fence: UNFENCED });
  await new Outbox(deps).enqueueStarts(apps.map((appGuid) => ({
    message: newPendingStart(100, {
      ...{ appGuid, appVersion: "v", instanceIndex: 0, reason: "MISSING", priority: 1 },
      keepAliveSeconds,
      messageId: random.uuid(),
    }),
  })));
}

function config(messageLimit: number) {
  return {
    ...{ pollingIntervalSeconds: 10, timeoutSeconds: 600, messageLimit },
    ...{ startSubject: "hm9000.start", stopSubject: "hm9000.stop" },
  };
}
