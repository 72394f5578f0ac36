/**
 * `deno task upgrade`: hm9000 of an earlier commit and of today on one store and one bus. It is no part of
 * the suite, for it needs the repository's history.
 *
 * @module
 */

import { expect } from "expect";
import { AppFixture } from "../../../test_helpers/app.ts";
import { EtcdRunner } from "../../../test_helpers/etcd_runner.ts";
import { NatsRunner } from "../../../test_helpers/nats_runner.ts";
import type { ComponentProcess } from "../component_process.ts";
import { ProcessPlatform } from "../process_fixture.ts";
import { OldVersion } from "./old_version.ts";

const PIPELINE = ["actual_state_listener", "desired_state_listener", "analyzer", "sender"] as const;
const BEFORE_SENDER = ["actual_state_listener", "desired_state_listener", "analyzer"] as const;

type Version = "old" | "new";

/** Servers and both versions; one test after the other uses them. */
class Versions implements AsyncDisposable {
  readonly #all: AsyncDisposableStack;

  private constructor(
    readonly old: OldVersion,
    readonly nats: NatsRunner,
    readonly etcd: EtcdRunner,
    all: AsyncDisposableStack,
  ) {
    this.#all = all;
  }

  static async open(): Promise<Versions> {
    await using opening = new AsyncDisposableStack();
    const old = opening.use(await OldVersion.checkOut());
    const nats = opening.use(await NatsRunner.start());
    const etcd = opening.use(await EtcdRunner.start());
    return new Versions(old, nats, etcd, opening.move());
  }

  /** The folder that a version's sources stand in; undefined for today's. */
  folder(version: Version): string | undefined {
    return version === "old" ? this.old.folder : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#all.disposeAsync();
  }
}

let versions: Versions | undefined;
Deno.test.beforeAll(async () => void (versions = await Versions.open()));
Deno.test.afterAll(async () => await versions?.[Symbol.asyncDispose]());

function opened(): Versions {
  if (versions === undefined) throw new Error("Cannot begin: the servers do not run");
  return versions;
}

/** Two are desired; index 0 runs, index 1 does not, index 2 should not. */
function breakApp(platform: ProcessPlatform) {
  const app = new AppFixture();
  platform.cloudController.setDesired([app.desiredState({ instances: 2 })]);
  const instances = [0, 2].map((index) => app.instanceAtIndex(index).heartbeat());
  return {
    app,
    superfluous: app.instanceAtIndex(2),
    heartbeat: { deaGuid: app.deaGuid, instances },
  };
}

async function startAll(
  platform: ProcessPlatform,
  names: readonly string[],
  version: Version,
): Promise<ComponentProcess[]> {
  const root = opened().folder(version);
  return await Promise.all(names.map((name) => platform.startLeading(name, { root })));
}

async function endAll(processes: readonly ComponentProcess[]): Promise<number[]> {
  return (await Promise.all(processes.map((process) => process.end("SIGTERM")))).map(({ code }) =>
    code
  );
}

for (const [queueing, sending] of [["old", "new"], ["new", "old"]] as const) {
  Deno.test(`what the ${queueing} version has queued, the ${sending} one sends, once`, async () => {
    await using platform = await ProcessPlatform.open(opened());
    const { layout, orders, patience } = platform;
    const { app, superfluous, heartbeat } = breakApp(platform);
    const queuers = await startAll(platform, BEFORE_SENDER, queueing);
    await platform.reportUntilHeard(heartbeat);
    await platform.setTime(130);
    const startKey = `${layout.startPrefix}${app.appGuid},${app.appVersion},1`;
    await platform.keyIs(startKey);
    await platform.keyIs(`${layout.stopPrefix}${superfluous.instanceGuid}`);
    const queued = JSON.parse((await platform.store.get(startKey))?.value ?? "{}");

    const senders = await startAll(platform, ["sender"], sending);
    const stop = await orders.waitForStop(() => true, patience);
    expect(stop).toMatchObject({ instanceGuid: superfluous.instanceGuid, isDuplicate: false });
    await platform.setTime(160);
    const start = await orders.waitForStart(() => true, patience);
    expect(start).toMatchObject({ instanceIndex: 1, messageId: queued["message_id"] });
    await platform.keyIs(startKey, (entry) => entry === undefined);
    expect(await endAll([...queuers, ...senders])).toEqual([0, 0, 0, 0]);
    expect([orders.starts.length, orders.stops.length]).toEqual([1, 1]);
  });
}

for (const [from, to] of [["old", "new"], ["new", "old"]] as const) {
  Deno.test(`the ${from} version is replaced by the ${to} one, one component after the other, and nothing is lost or sent twice`, async () => {
    await using platform = await ProcessPlatform.open(opened());
    const { layout, orders, patience } = platform;
    const { app, superfluous, heartbeat } = breakApp(platform);
    const before = await startAll(platform, PIPELINE, from);
    await platform.reportUntilHeard(heartbeat);
    await platform.setTime(130);
    await orders.waitForStop(() => true, patience);
    const startKey = `${layout.startPrefix}${app.appGuid},${app.appVersion},1`;
    await platform.keyIs(startKey);
    const queued = JSON.parse((await platform.store.get(startKey))?.value ?? "{}");

    const after: ComponentProcess[] = [];
    const root = opened().folder(to);
    for (const [position, name] of PIPELINE.entries()) {
      const standby = platform.startOf([name], { root });
      await standby.logged("Standing by, another process leads");
      expect((await before[position]?.end("SIGTERM"))?.code).toBe(0);
      await standby.logged("Leading");
      after.push(standby);
    }
    expect(orders.starts).toEqual([]);
    await platform.setTime(160);
    const start = await orders.waitForStart(() => true, patience);
    expect(start).toMatchObject({ instanceIndex: 1, messageId: queued["message_id"] });
    expect(await endAll(after)).toEqual([0, 0, 0, 0]);
    expect(orders.starts).toHaveLength(1);
    expect(orders.stops.map(({ instanceGuid }) => instanceGuid)).toEqual([
      superfluous.instanceGuid,
    ]);
  });
}
