import { expect } from "expect";
import fc from "fast-check";
import { encodeBasicAuth } from "../lib/models/basic_auth.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import { bulkPageAnswer } from "./bulk_page_answer.ts";
import { DesiredStateServer } from "./desired_state_server.ts";

const credentials = { user: "mcat", password: "testing:with colon" };

function apps(count: number): DesiredAppState[] {
  return Array.from({ length: count }, (_, index) => ({
    appGuid: `app-${index + 1}`,
    appVersion: "v1",
    instances: 2,
    state: "STARTED",
    packageState: "STAGED",
  }));
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function get(
  server: DesiredStateServer,
  path: string,
  authorization: string | undefined = encodeBasicAuth(credentials),
): Promise<Answer> {
  const headers = authorization === "" ? {} : { authorization };
  const response = await fetch(`${server.url}${path}`, { headers });
  return { status: response.status, text: await response.text() };
}

/** Guids on a page and its token. */
async function page(server: DesiredStateServer, batchSize: number, token: string) {
  const query = `batch_size=${batchSize}&bulk_token=${token}`;
  const { status, text } = await get(server, `/bulk/apps?${query}`);
  expect(status).toBe(200);
  const { results, "bulk_token": { id } } = JSON.parse(text);
  return { guids: Object.keys(results), id, results };
}

Deno.test("DesiredStateServer refuses a request without credentials [BLK-01]", async () => {
  await using server = DesiredStateServer.start(credentials);
  expect(await get(server, "/bulk/apps", "")).toEqual({ status: 401, text: "" });
});

Deno.test("DesiredStateServer refuses wrong credentials [BLK-02]", async () => {
  await using server = DesiredStateServer.start(credentials);
  const wrong = [
    encodeBasicAuth({ ...credentials, password: "wrong" }),
    encodeBasicAuth({ ...credentials, user: "wrong" }),
    "Basic !",
  ];
  for (const authorization of wrong) {
    expect(await get(server, "/bulk/apps", authorization)).toEqual({ status: 401, text: "" });
  }
});

Deno.test("DesiredStateServer sends all apps by guid when they fit [BLK-03]", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.setDesired(apps(2));
  const { results, id } = await page(server, 10, "{}");
  expect(id).toBe(2);
  expect(results).toEqual({
    "app-1": {
      "id": "app-1",
      "version": "v1",
      "instances": 2,
      "state": "STARTED",
      "package_state": "STAGED",
    },
    "app-2": {
      "id": "app-2",
      "version": "v1",
      "instances": 2,
      "state": "STARTED",
      "package_state": "STAGED",
    },
  });
});

Deno.test("DesiredStateServer sends an empty page when nothing is desired [BLK-04]", async () => {
  await using server = DesiredStateServer.start(credentials);
  expect(await page(server, 10, "{}")).toEqual({ guids: [], id: 0, results: {} });
});

Deno.test("DesiredStateServer pages until a page is empty [BLK-05, BLK-06, BLK-07]", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.setDesired(apps(3));
  expect(await page(server, 2, "{}")).toMatchObject({ guids: ["app-1", "app-2"], id: 2 });
  expect(await page(server, 2, '{"id":2}')).toMatchObject({ guids: ["app-3"], id: 3 });
  expect(await page(server, 2, '{"id":3}')).toMatchObject({ guids: [], id: 3 });
});

Deno.test("DesiredStateServer always counts 17 users [BLK-08]", async () => {
  await using server = DesiredStateServer.start(credentials);
  const { text } = await get(server, "/bulk/counts?model=user");
  expect(JSON.parse(text)).toEqual({ "counts": { "user": 17 } });
});

Deno.test("bulkPageAnswer() sends every app once, whatever the size of a page", () => {
  fc.assert(fc.property(fc.nat(50), fc.integer({ min: 1, max: 60 }), (count, batchSize) => {
    const sent: string[] = [];
    let from = 0;
    while (true) {
      const { results, "bulk_token": { id } } = bulkPageAnswer(apps(count), { from, batchSize });
      if (Object.keys(results).length === 0) break;
      expect(id).toBeGreaterThan(from);
      sent.push(...Object.keys(results));
      from = id;
    }
    expect(sent).toEqual(apps(count).map(({ appGuid }) => appGuid));
  }));
});

Deno.test("DesiredStateServer remembers what it was asked and what it answered", async () => {
  await using server = DesiredStateServer.start(credentials);
  const asked = server.waitForRequests(2);
  await get(server, '/bulk/apps?batch_size=2&bulk_token={"id":1}');
  await get(server, "/elsewhere", "");
  await asked;
  expect(server.requests).toEqual([
    {
      path: "/bulk/apps",
      query: "?batch_size=2&bulk_token={%22id%22:1}",
      authorization: encodeBasicAuth(credentials),
      status: 200,
    },
    { path: "/elsewhere", query: "", authorization: undefined, status: 401 },
  ]);
});

Deno.test("DesiredStateServer answers 400 to a question it cannot understand", async () => {
  await using server = DesiredStateServer.start(credentials);
  for (const query of ["batch_size=0", "batch_size=x", "bulk_token=x", 'bulk_token={"id":"x"}']) {
    expect((await get(server, `/bulk/apps?${query}`)).status).toBe(400);
  }
});

Deno.test("DesiredStateServer fails when and as often as it is told to", async () => {
  await using server = DesiredStateServer.start(credentials);
  const statuses = async (count: number) => {
    const seen: number[] = [];
    for (let index = 0; index < count; index += 1) {
      seen.push((await get(server, "/bulk/apps")).status);
    }
    return seen;
  };
  server.fail({ kind: "status", status: 500 }, { after: 1, times: 2 });
  expect(await statuses(4)).toEqual([200, 500, 500, 200]);
  server.fail({ kind: "status", status: 503 });
  expect(await statuses(3)).toEqual([503, 503, 503]);
  server.heal();
  expect(await statuses(1)).toEqual([200]);
});

Deno.test("DesiredStateServer sends any body", async () => {
  await using server = DesiredStateServer.start(credentials);
  for (const body of ["{}", "[]", "<html>", '{"results":']) {
    server.fail({ kind: "body", body });
    expect(await get(server, "/bulk/apps")).toEqual({ status: 200, text: body });
  }
});

Deno.test("DesiredStateServer breaks a body off", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.setDesired(apps(100));
  server.fail({ kind: "cut" });
  await expect(get(server, "/bulk/apps")).rejects.toThrow();
  server.heal();
  expect((await page(server, 100, "{}")).guids.length).toBe(100);
});

Deno.test("DesiredStateServer hangs until the client goes", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.fail({ kind: "hang" });
  const stop = new AbortController();
  const headers = { authorization: encodeBasicAuth(credentials) };
  const request = fetch(`${server.url}/bulk/apps`, { headers, signal: stop.signal });
  await server.waitForRequests(1);
  expect(server.requests[0]?.status).toBeUndefined();
  stop.abort(new Error("enough"));
  await expect(request).rejects.toThrow("enough");
});

Deno.test("DesiredStateServer can end while a request hangs", async () => {
  const server = DesiredStateServer.start(credentials);
  server.fail({ kind: "hang" });
  const request = get(server, "/bulk/apps");
  await server.waitForRequests(1);
  await server[Symbol.asyncDispose]();
  expect((await request).status).toBe(503);
});

Deno.test("DesiredStateServer sends a token that does not advance", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.setDesired(apps(3));
  server.fail({ kind: "stuck_token" });
  expect(await page(server, 2, "{}")).toMatchObject({ guids: ["app-1", "app-2"], id: 0 });
  expect(await page(server, 2, '{"id":2}')).toMatchObject({ guids: ["app-3"], id: 2 });
});

Deno.test("DesiredStateServer repeats its first page with tokens that grow", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.setDesired(apps(2));
  server.fail({ kind: "repeat_page" });
  expect(await page(server, 2, '{"id":2}')).toMatchObject({ guids: ["app-1", "app-2"], id: 4 });
  expect(await page(server, 2, '{"id":4}')).toMatchObject({ guids: ["app-1", "app-2"], id: 6 });
});

Deno.test("DesiredStateServer never comes to an end", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.fail({ kind: "endless" });
  const first = await page(server, 2, "{}");
  const second = await page(server, 2, `{"id":${first.id}}`);
  expect([first.id, second.id]).toEqual([2, 4]);
  expect(new Set([...first.guids, ...second.guids]).size).toBe(4);
});

Deno.test("DesiredStateServer sends fields of the wrong type", async () => {
  await using server = DesiredStateServer.start(credentials);
  server.setDesired(apps(2));
  server.fail({ kind: "wrong_type", fields: { "instances": "two" } });
  const { results } = await page(server, 10, "{}");
  expect(results["app-1"].instances).toBe(2);
  expect(results["app-2"].instances).toBe("two");
});
