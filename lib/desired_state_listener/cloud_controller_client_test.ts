import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { aborted } from "../helpers/aborted.ts";
import { CloudControllerClient } from "./cloud_controller_client.ts";
import { FetchError } from "./fetch_error.ts";
import type { HttpGet, HttpGetRequest } from "./http_get.ts";

const CREDENTIALS = { user: "mcat", password: "canary-testing" };

function client(
  httpGet: HttpGet,
  baseUrl = "http://cc.example.com:6001/",
  time = new FakeTimeProvider(),
) {
  return new CloudControllerClient({
    baseUrl,
    credentials: CREDENTIALS,
    batchSize: 500,
    networkTimeoutSeconds: 10,
    time,
    httpGet,
  });
}

function answering(status: number, body: string) {
  const requests: HttpGetRequest[] = [];
  const httpGet: HttpGet = (request) => {
    requests.push(request);
    return Promise.resolve({ status, body: new TextEncoder().encode(body) });
  };
  return { requests, httpGet };
}

async function failure(httpGet: HttpGet, baseUrl?: string): Promise<FetchError> {
  const error = await client(httpGet, baseUrl).page(undefined, AbortSignal.abort()).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(FetchError);
  expect(error.message).not.toContain("canary");
  return error;
}

Deno.test("page() asks with batch size, raw token and basic auth [DES-01] [BLK-09]", async () => {
  const { requests, httpGet } = answering(200, `{"results":{}}`);
  const cloudController = client(httpGet);
  await cloudController.page(undefined, new AbortController().signal);
  await cloudController.page(5, new AbortController().signal);
  const asked = requests.map((request) => decodeURIComponent(request.url));
  expect(asked).toEqual([
    "http://cc.example.com:6001/bulk/apps?batch_size=500&bulk_token={}",
    `http://cc.example.com:6001/bulk/apps?batch_size=500&bulk_token={"id":5}`,
  ]);
  expect(requests[0]?.headers).toEqual({
    "authorization": `Basic ${btoa("mcat:canary-testing")}`,
  });
});

Deno.test("page() gives up after its time limit, and says which that is [I18]", async () => {
  const time = new FakeTimeProvider();
  const hangs: HttpGet = async ({ signal }) => {
    await aborted(signal);
    throw signal.reason;
  };
  const asked = client(hangs, undefined, time).page(undefined, new AbortController().signal);
  time.advance(9_999);
  await Promise.resolve();
  time.advance(1);
  await expect(asked).rejects.toThrow("no complete answer within 10 s (fetcher_network_timeout");
  expect(time.sleepers).toBe(0);
});

Deno.test("page() leaves no timer behind when it is answered", async () => {
  const time = new FakeTimeProvider();
  const { httpGet } = answering(200, `{"results":{}}`);
  await client(httpGet, undefined, time).page(undefined, new AbortController().signal);
  expect(time.sleepers).toBe(0);
});

Deno.test("page() says which setting is wrong when the URL is not one, and asks nobody [DES-02]", async () => {
  const { requests, httpGet } = answering(200, "");
  const error = await failure(httpGet, "not a url");
  expect(error.failure).toBe("bad_url");
  expect(error.message).toContain("cc_base_url");
  expect(requests).toEqual([]);
});

Deno.test("page() tells wrong credentials from other refusals [DES-12] [DES-13]", async () => {
  const unauthorized = await failure(answering(401, "").httpGet);
  expect(unauthorized.failure).toBe("unauthorized");
  expect(unauthorized.message).toContain("cc_auth_user and cc_auth_password");
  const status = await failure(answering(500, "oops").httpGet);
  expect(status.failure).toBe("bad_status");
  expect(status.message).toContain("500");
});

Deno.test("page() names the root cause of a transport error, and the time-out [DES-14] [DES-28]", async () => {
  const refused = new Error("Connection refused");
  const failed = new TypeError("fetch failed", { cause: refused });
  const error = await failure(() => Promise.reject(failed));
  expect(error.failure).toBe("unreachable");
  expect(error.cause).toBe(refused);
  const late = new DOMException("Signal timed out", "TimeoutError");
  const slow = await failure(() => Promise.reject(late));
  expect(slow.message).toContain("within 10 s (fetcher_network_timeout_in_seconds)");
});

Deno.test("page() refuses a body that is not a page [DES-16]", async () => {
  const error = await failure(answering(200, "<html>").httpGet);
  expect(error.failure).toBe("bad_body");
  expect(error.message).toContain("nothing is stored");
});
