import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import type { BulkFailure } from "../../test_helpers/bulk_failure.ts";
import { DesiredStateServer } from "../../test_helpers/desired_state_server.ts";
import { makeCertificates } from "../../test_helpers/etcd_certificates.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { UNFENCED } from "../store/fence.ts";
import { DesiredStateListener } from "./desired_state_listener.ts";
import { type HttpGet, httpGet, httpGetWith } from "./http_get.ts";

const CREDENTIALS = { user: "mcat", password: "canary-testing" };
const APPS = ["a", "b", "c"].map((name) => new AppFixture(name).desiredState({ instances: 1 }));
const STORED = new AppFixture("stored").desiredState({ instances: 1 });
const SIGNAL = new AbortController().signal;

interface Overrides {
  readonly batchSize?: number;
  readonly get?: HttpGet;
}

function listener(
  fleet: StoredFleet,
  url: string,
  overrides: Overrides = {},
): DesiredStateListener {
  const { store, layout, time, random, log, metrics } = fleet;
  const { batchSize = 2, get = httpGet } = overrides;
  return new DesiredStateListener({
    store,
    layout,
    time,
    random,
    log,
    metrics,
    httpGet: get,
    fence: UNFENCED,
    config: {
      pollingIntervalSeconds: 60,
      timeoutSeconds: 600,
      batchSize,
      networkTimeoutSeconds: 30,
      ccBaseUrl: url,
      credentials: CREDENTIALS,
      skipCertVerify: false,
      allowEmptyDesiredState: false,
      shrinkFractionMax: 0.5,
      shrinkAppsFloor: 20,
      shrinkConfirmations: 0,
    },
    desiredFreshnessTtlSeconds: 120,
  });
}

Deno.test("pass() asks a real Cloud Controller until a page is empty [DES-05] [DES-06] [BLK-07]", async () => {
  await using fleet = new StoredFleet();
  await using server = DesiredStateServer.start(CREDENTIALS);
  server.setDesired(APPS);
  const whole = await listener(fleet, server.url, { batchSize: 500 }).pass(SIGNAL);
  expect([whole.received, server.requests.length]).toEqual([3, 2]);
  const paged = await listener(fleet, server.url, { batchSize: 2 }).pass(SIGNAL);
  expect([paged.received, server.requests.length]).toEqual([3, 2 + 3]);
});

Deno.test("pass() begins anew each time: what an earlier fetch brought is forgotten [DES-23]", async () => {
  await using fleet = new StoredFleet();
  await using server = DesiredStateServer.start(CREDENTIALS);
  const fetching = listener(fleet, server.url);
  server.setDesired(APPS);
  await fetching.pass(SIGNAL);
  server.setDesired(APPS.slice(1));
  expect(await fetching.pass(SIGNAL)).toEqual({ received: 2, written: 0, removed: 1 });
});

interface Failing {
  readonly name: string;
  readonly failure: BulkFailure;
  /** Requests that are answered properly first. */
  readonly after?: number;
  readonly reason: RegExp;
}

const FAILURES: readonly Failing[] = [
  {
    name: "refuses the credentials [DES-12]",
    failure: { kind: "status", status: 401 },
    reason: /answered 401, check cc_auth_user and cc_auth_password/,
  },
  {
    name: "breaks down on the second page [DES-13] [REG-43]",
    failure: { kind: "status", status: 500 },
    after: 1,
    reason: /answered 500/,
  },
  {
    name: "answers garbage [DES-16]",
    failure: { kind: "body", body: "<html>502</html>" },
    reason: /not JSON: "<html>502<\/html>"/,
  },
  {
    name: "answers {} [DES-20] [B5]",
    failure: { kind: "body", body: "{}" },
    reason: /results: undefined is not a JSON object/,
  },
  {
    name: "cuts the body off [DES-15]",
    failure: { kind: "cut" },
    reason: /check cc_base_url/,
  },
  {
    name: "gives a token that does not advance [B14]",
    failure: { kind: "stuck_token" },
    after: 1,
    reason: /token does not advance/,
  },
  {
    name: "repeats a page for ever [B14]",
    failure: { kind: "repeat_page" },
    reason: /repeats itself/,
  },
  {
    name: "names an app it cannot describe",
    failure: { kind: "wrong_type", fields: { "instances": "two" } },
    reason: /instances: "two" is not a number/,
  },
];

for (const { name, failure, after = 0, reason } of FAILURES) {
  Deno.test(`pass() stores nothing when the Cloud Controller ${name}`, async () => {
    await using fleet = new StoredFleet();
    await using server = DesiredStateServer.start(CREDENTIALS);
    await fleet.desire(STORED);
    const before = await fleet.read("/hm/");
    server.setDesired(APPS);
    server.fail(failure, { after });
    const error = await listener(fleet, server.url).pass(SIGNAL).catch((error) => error);
    expect(error).toMatchObject({ name: "FetchError" });
    expect(error.message).toMatch(reason);
    expect(error.message).not.toContain("canary");
    expect(await fleet.read("/hm/")).toEqual(before);
    server.heal();
    expect((await listener(fleet, server.url).pass(SIGNAL)).received).toBe(3);
  });
}

Deno.test("pass() gives a Cloud Controller that hangs no more than its time [DES-28] [HAZ-13]", async () => {
  await using fleet = new StoredFleet();
  await using server = DesiredStateServer.start(CREDENTIALS);
  server.fail({ kind: "hang" });
  for (const get of [httpGet, httpGetWith({ verify: true })]) {
    const asked = server.requests.length;
    const failed = expect(listener(fleet, server.url, { get }).pass(SIGNAL))
      .rejects.toThrow("no complete answer within 30 s (fetcher_network_timeout_in_seconds)");
    await server.waitForRequests(asked + 1);
    fleet.time.advance(30_000);
    await failed;
  }
});

Deno.test("pass() takes an unknown certificate only when told not to verify it [DES-27] [REG-52]", async () => {
  await using fleet = new StoredFleet();
  const folder = await Deno.makeTempDir();
  try {
    const { server: files } = await makeCertificates(folder);
    await using server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      cert: await Deno.readTextFile(files.certFile),
      key: await Deno.readTextFile(files.keyFile),
      onListen() {},
    }, () => Response.json({ "results": {}, "bulk_token": { "id": 0 } }));
    const url = `https://127.0.0.1:${server.addr.port}`;
    await expect(listener(fleet, url).pass(SIGNAL)).rejects.toThrow(/its certificate/);
    const report = await listener(fleet, url, { get: httpGetWith({ verify: false }) }).pass(SIGNAL);
    expect(report.received).toBe(0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
