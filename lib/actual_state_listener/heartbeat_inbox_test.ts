import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { parseHeartbeat } from "../models/heartbeat.ts";
import { HEARTBEAT_BYTES_MAX, HeartbeatInbox, type HeartbeatInboxDeps } from "./heartbeat_inbox.ts";

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly inbox: HeartbeatInbox;

  /** What was taken before, by DEA. */
  readonly #before = new Map<string, Uint8Array>();

  constructor(limits: Pick<HeartbeatInboxDeps, "deasMax" | "rememberedBytesMax"> = {}) {
    this.inbox = new HeartbeatInbox({ ...this, ...limits });
  }

  /** What waits: each DEA with its instances, or with "as before" when it was recognised. */
  taken(): Record<string, string[] | "as before"> {
    return Object.fromEntries(
      this.inbox.take().map(({ deaGuid, bytes }) => {
        const recognised = this.#before.get(deaGuid) === bytes;
        this.#before.set(deaGuid, bytes);
        return [deaGuid, recognised ? "as before" : instancesOf(bytes)];
      }),
    );
  }
}

function instancesOf(bytes: Uint8Array): string[] {
  return parseHeartbeat(bytes).heartbeat.instances.map((instance) => instance.instanceGuid);
}

function droplet(instance: string, options: Record<string, unknown> = {}) {
  return {
    "droplet": "app",
    "version": "v",
    "instance": instance,
    "index": 0,
    "state": "RUNNING",
    "state_timestamp": 1.5,
    ...options,
  };
}

function bytes(message: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

function heartbeat(dea: string, ...instances: string[]): Uint8Array {
  return bytes({ "dea": dea, "droplets": instances.map((instance) => droplet(instance)) });
}

Deno.test("HeartbeatInbox keeps the newest heartbeat of each DEA [REG-37] [LIS-36] [STO-33]", () => {
  const f = new Fixture();
  f.inbox.receive(heartbeat("a", "removed"));
  f.inbox.receive(heartbeat("b", "other"));
  f.inbox.receive(heartbeat("a", "added"));
  expect(f.taken()).toEqual({ a: ["added"], b: ["other"] });
  expect(f.taken()).toEqual({});
  expect(f.metrics.get("ReceivedHeartbeats")).toBe(3);
  expect(f.metrics.get("heartbeats_replaced")).toBe(1);
});

Deno.test("HeartbeatInbox recognises a heartbeat that says the same again", () => {
  const f = new Fixture();
  f.inbox.receive(heartbeat("a", "i"));
  f.taken();
  f.inbox.receive(heartbeat("a", "i"));
  f.inbox.receive(heartbeat("a", "i"));
  expect(f.taken()).toEqual({ a: "as before" });
  f.inbox.receive(heartbeat("a", "j"));
  f.inbox.receive(heartbeat("a", "j"));
  expect(f.taken()).toEqual({ a: ["j"] });
});

Deno.test("HeartbeatInbox compares with the last heartbeat, not with one before", () => {
  for (const rememberedBytesMax of [1_000, heartbeat("a", "i").length]) {
    const f = new Fixture({ rememberedBytesMax });
    for (const instance of ["i", "j", "i", "i"]) {
      f.inbox.receive(heartbeat("a", instance));
    }
    expect(f.taken()).toEqual({ a: ["i"] });
    f.inbox.receive(heartbeat("a", "i"));
    expect(f.taken()).toEqual({ a: "as before" });
  }
});

Deno.test("HeartbeatInbox lets a flood wait as it came, and drops none [F18] [I17]", () => {
  const f = new Fixture();
  for (const dea of ["a", "b", "c"]) f.inbox.receive(heartbeat(dea, "i", "j"));
  expect(f.inbox.take().map(({ bytes }) => bytes)).toEqual(
    ["a", "b", "c"].map((dea) => heartbeat(dea, "i", "j")),
  );
});

Deno.test("HeartbeatInbox keeps its own copy of what it compares with", () => {
  const f = new Fixture();
  const buffer = heartbeat("a", "i");
  f.inbox.receive(buffer);
  f.taken();
  buffer.set(heartbeat("a", "j"));
  f.inbox.receive(buffer);
  expect(f.taken()).toEqual({ a: ["j"] });
});

Deno.test("HeartbeatInbox does not mistake a nested guid for the DEA's", () => {
  const f = new Fixture();
  const nested = (dea: string) => bytes({ "x": { "dea": "a" }, "dea": dea, "droplets": [] });
  f.inbox.receive(nested("a"));
  f.inbox.receive(nested("b"));
  f.inbox.receive(nested("b"));
  expect(f.taken()).toEqual({ a: [], b: [] });
});

const INVALID: [what: string, data: Uint8Array][] = [
  ["nothing", new Uint8Array()],
  ["no JSON", new TextEncoder().encode('{"dea":"a"')],
  ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
  ["no object", bytes([])],
  ["no DEA", bytes({ "droplets": [] })],
  ["a bad guid", bytes({ "dea": "a/b", "droplets": [] })],
  ["a wrong type", bytes({ "dea": "a", "droplets": [droplet("i", { "index": "0" })] })],
  ["too many bytes", new Uint8Array(HEARTBEAT_BYTES_MAX + 1)],
];
for (const [what, data] of INVALID) {
  Deno.test(`HeartbeatInbox rejects ${what}, which changes only a counter [LIS-13] [F17]`, () => {
    const f = new Fixture();
    f.inbox.receive(heartbeat("a", "good"));
    f.time.advance(5_000);
    expect(f.inbox.receive(data).accepted).toBe(false);
    expect(f.inbox.lastReceivedAt).toBe(100);
    expect(f.metrics.get("ReceivedHeartbeats")).toBe(1);
    expect(f.metrics.get("heartbeats_rejected")).toBe(1);
    expect(f.log.messages("error")).toEqual(["Rejected a heartbeat"]);
    expect(f.taken()).toEqual({ a: ["good"] });
  });
}

Deno.test("HeartbeatInbox says what repeats once per interval", () => {
  const f = new Fixture();
  for (let i = 0; i < 50; i += 1) f.inbox.receive(bytes({ "dea": "a", "droplets": 1 }));
  expect(f.log.lines.length).toBe(1);
  f.time.advance(60_000);
  f.inbox.receive(bytes({ "dea": "a", "droplets": 1 }));
  expect(f.log.lines[1]?.fields["suppressed"]).toBe(49);
});

Deno.test("HeartbeatInbox leaves a bad instance out and keeps the good ones", () => {
  const f = new Fixture();
  const droplets = [droplet("good"), droplet("bad", { "state": "NAPPING" })];
  const reception = f.inbox.receive(bytes({ "dea": "a", "droplets": droplets }));
  expect(reception).toEqual({ accepted: true, deaGuid: "a" });
  expect(f.taken()).toEqual({ a: ["good"] });
  expect(f.metrics.get("heartbeat_instances_rejected")).toBe(1);
  expect(f.log.messages("error")).toEqual(["Left instances out of a heartbeat"]);
});

Deno.test("HeartbeatInbox.putBack() gives way to what is newer", () => {
  const f = new Fixture();
  f.inbox.receive(heartbeat("a", "old"));
  f.inbox.receive(heartbeat("b", "old"));
  const unsaved = f.inbox.take();
  f.inbox.receive(heartbeat("a", "new"));
  f.inbox.putBack(unsaved);
  expect(f.taken()).toEqual({ a: ["new"], b: ["old"] });
});

Deno.test("HeartbeatInbox refuses more DEAs than it has room for, and says so [I17]", () => {
  const f = new Fixture({ deasMax: 2 });
  for (const dea of ["a", "b", "c"]) f.inbox.receive(heartbeat(dea, "i"));
  f.inbox.receive(heartbeat("a", "j"));
  expect(f.taken()).toEqual({ a: ["j"], b: ["i"] });
  expect(f.metrics.get("heartbeats_refused")).toBe(1);
  expect(f.log.messages("error")).toEqual(["Refused a heartbeat"]);
});

Deno.test("HeartbeatInbox remembers no more bytes than it may, and works without [I17]", () => {
  const f = new Fixture({ rememberedBytesMax: heartbeat("a", "i").length });
  const bothTwice = () => {
    for (const dea of ["a", "b"]) f.inbox.receive(heartbeat(dea, "i"));
    return f.taken();
  };
  expect(bothTwice()).toEqual({ a: ["i"], b: ["i"] });
  expect(bothTwice()).toEqual({ a: "as before", b: ["i"] });
  f.inbox.forget("a");
  expect(bothTwice()).toEqual({ a: ["i"], b: ["i"] });
});
