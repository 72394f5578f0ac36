import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { HEARTBEAT_BYTES_MAX, HeartbeatInbox } from "./heartbeat_inbox.ts";
import { heartbeatRoutes } from "./http_heartbeats.ts";

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly inbox = new HeartbeatInbox(this);
  readonly routes = heartbeatRoutes(this.inbox, this.log);

  async status(path: string, init: RequestInit): Promise<number> {
    return (await this.routes.request(path, init)).status;
  }
}

const VALID = '{"dea":"a","droplets":[]}';

Deno.test("heartbeatRoutes() queues a valid heartbeat and answers 202 [LIS-31]", async () => {
  const f = new Fixture();
  expect(await f.status("/dea/heartbeat", { method: "POST", body: VALID })).toBe(202);
  expect(f.inbox.take().map((pending) => pending.deaGuid)).toEqual(["a"]);
});

for (const [body, id] of [["", "LIS-32"], ["not JSON", "LIS-33"], ["{}", "LIS-33"]] as const) {
  Deno.test(`heartbeatRoutes() answers 400 to ${JSON.stringify(body)} and queues nothing [${id}]`, async () => {
    const f = new Fixture();
    expect(await f.status("/dea/heartbeat", { method: "POST", body })).toBe(400);
    expect(f.inbox.size).toBe(0);
    expect(f.log.messages("error").length).toBe(1);
  });
}

const OTHERS: [method: string, path: string, status: number][] = [
  ["GET", "/dea/heartbeat", 405],
  ["PUT", "/dea/heartbeat", 405],
  ["POST", "/dea/heartbeats", 404],
  ["GET", "/", 404],
];
for (const [method, path, status] of OTHERS) {
  Deno.test(`heartbeatRoutes() answers ${status} to ${method} ${path}`, async () => {
    expect(await new Fixture().status(path, { method })).toBe(status);
  });
}

Deno.test("heartbeatRoutes() answers 413 to a body over the limit, with or without a length [F28]", async () => {
  const f = new Fixture();
  const body = new Uint8Array(HEARTBEAT_BYTES_MAX + 1);
  const stream = () => new Response(body).body;
  const headers = { "content-length": String(body.length) };
  expect(await f.status("/dea/heartbeat", { method: "POST", body, headers })).toBe(413);
  expect(await f.status("/dea/heartbeat", { method: "POST", body: stream() })).toBe(413);
  expect(f.inbox.size).toBe(0);
});

Deno.test("heartbeatRoutes() answers 400 to a body that breaks off, and says so", async () => {
  const f = new Fixture();
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("Gone")) });
  expect(await f.status("/dea/heartbeat", { method: "POST", body })).toBe(400);
  expect(f.log.messages("warn")).toEqual(["Cannot take a heartbeat over HTTP"]);
});
