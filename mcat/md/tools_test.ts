import { expect } from "expect";
import { parseConfig } from "../../lib/config/parse_config.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { desiredAppStateToCsv } from "../../lib/models/desired_app_state.ts";
import { messageDecision } from "../../lib/models/decision.ts";
import { putDecisions } from "../../lib/store/collections/decisions.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { ComponentProcess, type EndedProcess } from "./component_process.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const app = new AppFixture("app");

/** An SQLite store in which two instances are desired and none runs, and what is run on it. */
class ToolRoom implements AsyncDisposable {
  readonly store: Store;
  readonly #folder: string;

  constructor(store: Store, folder: string) {
    this.store = store;
    this.#folder = folder;
  }

  static async open(): Promise<ToolRoom> {
    const folder = await Deno.makeTempDir({ prefix: "hm9000-md-" });
    const path = `${folder}/hm9000.yml`;
    const text = "{store_type: sqlite, sender_message_limit: 1, " +
      "nats: [{host: 127.0.0.1, port: 1}], cc_base_url: 'http://127.0.0.1:1'}";
    await Deno.writeTextFile(path, text);
    const { config } = parseConfig({ text, path, env: {} });
    const outside = { time: new FakeTimeProvider(200), random: new RealRandom() };
    const store = await openStore(config.store, { ...outside, log: new FakeLogger() });
    const room = new ToolRoom(store, folder);
    const fresh = JSON.stringify({ "timestamp": 100 });
    const start = queuedStart(app.id, { instanceIndex: 1 });
    const decision = {
      at: 170,
      component: "analyzer",
      outcome: "enqueued",
      why: "for a test",
    } as const;
    const log = putDecisions(layout, {
      key: { atMs: 170_000, component: "analyzer", unique: "a" },
      decisions: [messageDecision(start.message, decision)],
    });
    for (
      const [key, value] of [
        [layout.actualFreshKey, fresh],
        [layout.desiredFreshKey, fresh],
        [layout.desiredKey(app.id), desiredAppStateToCsv(app.desiredState({ instances: 2 }))],
        [log.key, log.value],
      ] as const
    ) {
      await store.transact({ guards: [], mutations: [{ kind: "put", key, value }] });
    }
    return room;
  }

  /** Runs `hm9000` until it ends, at this Unix second. */
  async run(args: readonly string[], at = 200): Promise<EndedProcess> {
    const config = `--config=${this.#folder}/hm9000.yml`;
    await using process = new ComponentProcess({ args: [...args, config], fakeTime: String(at) });
    return await process.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

Deno.test("analyzer --once --dry-run says what it would do, exits 3, and the store stays as it is", async () => {
  await using room = await ToolRoom.open();
  const revision = await room.store.revision();
  const text = await room.run(["analyzer", "--once", "--dry-run"]);
  expect([text.code, text.stdout]).toEqual([
    3,
    "enqueue start (MISSING) of app,app-version[0], due in 30 s: index 0 has no instance\n" +
    "enqueue start (MISSING) of app,app-version[1], due in 30 s: index 1 has no instance\n",
  ]);
  expect(text.stderr).toContain("2 would be enqueued, 0 sent, 0 dropped, 0 expired");
  const json = await room.run(["analyzer", "--once", "--dry-run", "--json"]);
  expect(json.stdout.trimEnd().split("\n").map((line) => JSON.parse(line))).toMatchObject([
    { "action": "enqueue", "kind": "start", "index": 0 },
    { "action": "enqueue", "kind": "start", "index": 1 },
  ]);
  const sender = await room.run(["sender", "--once", "--dry-run"]);
  expect([sender.code, sender.stdout]).toEqual([0, ""]);
  expect(await room.store.revision()).toBe(revision);
});

Deno.test("analyzer --once --dry-run exits 1 with the reason when the store is stale", async () => {
  await using room = await ToolRoom.open();
  const { code, stdout, stderr } = await room.run(["analyzer", "--once", "--dry-run"], 110);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("Cannot act on what is stored: heartbeats were saved for 10 s");
});

Deno.test("--dry-run without --once is wrong usage", async () => {
  await using room = await ToolRoom.open();
  expect((await room.run(["analyzer", "--dry-run"])).code).toBe(2);
});

Deno.test("explain shows an app and its decisions, and exits 1 for an unknown one, 2 for no guid", async () => {
  await using room = await ToolRoom.open();
  const text = await room.run(["explain", "app"]);
  expect(text.code).toBe(0);
  expect(text.stdout).toContain("App app, version app-version, as of 1970-01-01T00:03:20Z");
  expect(text.stdout).toContain(
    "1970-01-01T00:02:50Z analyzer start_enqueued [1] MISSING: for a test",
  );
  const since = await room.run(["explain", "app", "app-version", "--json", "--since=29"]);
  expect(JSON.parse(since.stdout)).toMatchObject({ "droplet": "app", "decisions": [] });
  const unknown = await room.run(["explain", "app", "v9"]);
  expect([unknown.code, unknown.stdout]).toEqual([1, ""]);
  expect(unknown.stderr).toContain('Cannot explain app "app", version "v9"');
  const noGuid = await room.run(["explain", "a/b"]);
  expect(noGuid.code).toBe(2);
  expect(noGuid.stderr).toContain("a guid is");
});
