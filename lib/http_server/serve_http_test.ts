import { expect } from "expect";
import { type Certificates, makeCertificates } from "../../test_helpers/etcd_certificates.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { SERVER_LIMITS } from "./http_server.ts";
import { serveHttp } from "./serve_http.ts";

async function withCertificates(run: (files: Certificates) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-tls-" });
  try {
    await run(await makeCertificates(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const log = new FakeLogger();
const time = new FakeTimeProvider();
const BODY_BYTES_MAX = 2 * 1024 * 1024;
const limits = { ...SERVER_LIMITS, bodyBytesMax: BODY_BYTES_MAX };

/** Answers with what it was asked. */
async function echo(request: Request): Promise<Response> {
  const body = await request.arrayBuffer();
  const { pathname } = new URL(request.url);
  return new Response(`${request.method} ${pathname} ${body.byteLength}`, { status: 202 });
}

async function clientOf(files: Certificates, identity: "certificate" | "nobody") {
  const caCerts = [await Deno.readTextFile(files.client.caFile)];
  if (identity === "nobody") return Deno.createHttpClient({ caCerts });
  const cert = await Deno.readTextFile(files.client.certFile);
  const key = await Deno.readTextFile(files.client.keyFile);
  return Deno.createHttpClient({ caCerts, cert, key });
}

Deno.test("serveHttp() with a CA serves whoever has a certificate, and nobody else [LIS-35]", async () => {
  await withCertificates(async (files) => {
    const options = { address: "127.0.0.1", port: 0, time, limits, log, tls: files.server };
    const server = await serveHttp(echo, options);
    const url = `https://localhost:${server.port}/dea/heartbeat`;
    using known = await clientOf(files, "certificate");
    using unknown = await clientOf(files, "nobody");
    const response = await fetch(url, { method: "POST", body: "beat", client: known });
    expect([response.status, await response.text()]).toEqual([202, "POST /dea/heartbeat 4"]);
    await expect(fetch(url, { method: "POST", body: "beat", client: unknown })).rejects.toThrow();
    await server.shutdown();
  });
});

Deno.test("serveHttp() over TLS without a CA asks for no certificate", async () => {
  await withCertificates(async (files) => {
    const { certFile, keyFile } = files.server;
    const tls = { certFile, keyFile };
    const server = await serveHttp(echo, { address: "127.0.0.1", port: 0, time, limits, log, tls });
    using client = await clientOf(files, "nobody");
    const response = await fetch(`https://localhost:${server.port}/`, { client });
    expect([response.status, await response.text()]).toEqual([202, "GET / 0"]);
    await server.shutdown();
  });
});

Deno.test("serveHttp() over TLS reads no more of a body than the handler may see [F28]", async () => {
  await withCertificates(async (files) => {
    const { certFile, keyFile } = files.server;
    const sizes: number[] = [];
    const server = await serveHttp(async (request) => {
      sizes.push((await request.arrayBuffer()).byteLength);
      return new Response(null, { status: 413 });
    }, { address: "127.0.0.1", port: 0, time, limits, log, tls: { certFile, keyFile } });
    using client = await clientOf(files, "nobody");
    const body = new Uint8Array(4 * BODY_BYTES_MAX);
    const url = `https://localhost:${server.port}/`;
    const response = await fetch(url, { method: "POST", body, client });
    await response.body?.cancel();
    expect(response.status).toBe(413);
    expect(sizes[0]).toBeGreaterThan(BODY_BYTES_MAX);
    expect(sizes[0]).toBeLessThan(2 * BODY_BYTES_MAX);
    await server.shutdown();
  });
});

Deno.test("serveHttp() over TLS refuses to start without a certificate", async () => {
  const options = { address: "127.0.0.1", port: 0, time, limits, log, tls: { caFile: "ca.pem" } };
  await expect(serveHttp(echo, options)).rejects.toBeInstanceOf(TypeError);
});

Deno.test("serveHttp() without TLS serves plain HTTP", async () => {
  const server = await serveHttp(echo, {
    address: "127.0.0.1",
    port: 0,
    time,
    limits,
    log,
    tls: undefined,
  });
  const response = await fetch(`http://127.0.0.1:${server.port}/x`, { method: "POST", body: "1" });
  expect([response.status, await response.text()]).toEqual([202, "POST /x 1"]);
  await server.shutdown();
});

Deno.test("serveHttp() over TLS outlives a handler that throws, and says so", async () => {
  await withCertificates(async (files) => {
    const { certFile, keyFile } = files.server;
    const said = new FakeLogger();
    const tls = { certFile, keyFile };
    const server = await serveHttp((request) => {
      if (request.method === "POST") throw new Error("For this test");
      return new Response("fine");
    }, { address: "127.0.0.1", port: 0, time, limits, log: said, tls });
    using client = await clientOf(files, "nobody");
    const url = `https://localhost:${server.port}/`;
    await expect(fetch(url, { method: "POST", client })).rejects.toThrow();
    expect(await (await fetch(url, { client })).text()).toBe("fine");
    expect(said.messages("warn")).toEqual(["Cannot answer a request"]);
    await server.shutdown();
  });
});
