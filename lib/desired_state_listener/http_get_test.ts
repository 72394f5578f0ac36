import { expect } from "expect";
import { type HttpGet, httpGet, httpGetUnverified } from "./http_get.ts";

function serve(handler: (request: Request) => Response | Promise<Response>) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
}

const WAYS: [name: string, get: HttpGet][] = [
  ["httpGet", httpGet],
  ["httpGetUnverified", httpGetUnverified],
];

for (const [name, get] of WAYS) {
  const request = (port: number, overrides: Partial<Parameters<HttpGet>[0]> = {}) => ({
    url: `http://127.0.0.1:${port}/bulk/apps?bulk_token={"id":5}`,
    headers: { "authorization": "Basic bWNhdA==" },
    timeoutMs: 60_000,
    bytesMax: 1000,
    signal: new AbortController().signal,
    ...overrides,
  });

  Deno.test(`${name}() returns status and body, and sends its headers`, async () => {
    await using server = serve((asked) =>
      new Response(`${asked.headers.get("authorization")} ${new URL(asked.url).search}`, {
        status: 203,
      })
    );
    const response = await get(request(server.addr.port));
    expect(response.status).toBe(203);
    const body = new TextDecoder().decode(response.body);
    expect(body).toBe("Basic bWNhdA== ?bulk_token={%22id%22:5}");
  });

  Deno.test(`${name}() refuses a body over its limit`, async () => {
    await using server = serve(() => new Response("x".repeat(1001)));
    await expect(get(request(server.addr.port))).rejects.toThrow(/larger than 1000 bytes/);
  });

  Deno.test(`${name}() does not follow a redirect`, async () => {
    await using server = serve(() => Response.redirect("http://127.0.0.1:1/elsewhere"));
    expect((await get(request(server.addr.port))).status).toBe(302);
  });

  Deno.test(`${name}() ends with its signal while the server hangs`, async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using server = serve(async () => {
      arrived.resolve();
      await release.promise;
      return new Response("late");
    });
    const abort = new AbortController();
    const answer = get(request(server.addr.port, { signal: abort.signal }));
    await arrived.promise;
    abort.abort();
    await expect(answer).rejects.toThrow(/abort/i);
    release.resolve();
  });
}
