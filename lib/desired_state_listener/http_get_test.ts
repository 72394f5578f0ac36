import { expect } from "expect";
import {
  CertificateAuthority,
  type CertificateFiles,
} from "../../test_helpers/certificate_authority.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { SERVER_LIMITS } from "../http_server/http_server.ts";
import { serveHttp } from "../http_server/serve_http.ts";
import { type HttpGet, httpGet, httpGetWith } from "./http_get.ts";

function serve(handler: (request: Request) => Response | Promise<Response>) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
}

const WAYS: [name: string, get: HttpGet][] = [
  ["httpGet", httpGet],
  ["httpGetWith", httpGetWith({ verify: true })],
];

for (const [name, get] of WAYS) {
  const request = (port: number, overrides: Partial<Parameters<HttpGet>[0]> = {}) => ({
    url: `http://127.0.0.1:${port}/bulk/apps?bulk_token={"id":5}`,
    headers: { "authorization": "Basic bWNhdA==" },
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

/** A server over TLS that wants a certificate of `trusted`, and how a GET to it ends. */
async function withTlsServer(
  { files, trusted }: { readonly files: CertificateFiles; readonly trusted: string },
  use: (outcome: (client: Partial<CertificateFiles>) => Promise<string>) => Promise<void>,
): Promise<void> {
  const server = await serveHttp(() => new Response("fine"), {
    ...{ address: "127.0.0.1", port: 0, limits: SERVER_LIMITS },
    ...{ time: new FakeTimeProvider(), log: new FakeLogger() },
    tls: { ...files, caFile: trusted },
  });
  try {
    await use(async (client) => {
      try {
        const { body } = await httpGetWith({ verify: true, files: client })({
          url: `https://localhost:${server.port}/`,
          ...{ headers: {}, bytesMax: 100 },
          signal: new AbortController().signal,
        });
        return new TextDecoder().decode(body);
      } catch (error) {
        return String(error);
      }
    });
  } finally {
    await server.shutdown();
  }
}

Deno.test("httpGetWith() shows its certificate, and trusts the authority that it is given alone [S1]", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["ours", "theirs"]) await Deno.mkdir(`${folder}/${name}`);
    const ours = await CertificateAuthority.create(`${folder}/ours`);
    const theirs = await CertificateAuthority.create(`${folder}/theirs`);
    const client = await ours.issue("client");
    const trusted = ours.caFile;
    await withTlsServer({ files: await ours.issue("server"), trusted }, async (outcome) => {
      expect(await outcome(client)).toBe("fine");
      expect(await outcome({ caFile: trusted })).not.toBe("fine");
      expect(await outcome(await ours.issue("ended", { ended: true }))).not.toBe("fine");
      const strange = await theirs.issue("client");
      expect(await outcome({ ...strange, caFile: trusted })).not.toBe("fine");
      expect(await outcome({ ...client, caFile: theirs.caFile })).toMatch(/certificate/);
      // Replaced files count from the next request on.
      await Deno.copyFile(strange.certFile, client.certFile);
      await Deno.copyFile(strange.keyFile, client.keyFile);
      expect(await outcome(client)).not.toBe("fine");
    });
    const again = await ours.issue("again");
    const elsewhere = await ours.issue("server", { hosts: "DNS:elsewhere.example" });
    await withTlsServer({ files: elsewhere, trusted }, async (outcome) => {
      expect(await outcome(again)).toMatch(/does not match/);
    });
    const ended = await ours.issue("server", { ended: true });
    await withTlsServer({ files: ended, trusted }, async (outcome) => {
      expect(await outcome(again)).toMatch(/certificate/);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
