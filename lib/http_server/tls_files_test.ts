import { expect } from "expect";
import { makeCertificates } from "../../test_helpers/etcd_certificates.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { SERVER_LIMITS } from "./http_server.ts";
import { serveHttp } from "./serve_http.ts";

/** Asks a server that must be known to the authority in `caFile`; undefined when it is not. */
async function ask(port: number, caFile: string): Promise<string | undefined> {
  using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(caFile)] });
  try {
    return await (await fetch(`https://localhost:${port}/`, { client })).text();
  } catch {
    return undefined; // Whatever the reason, it was not let in.
  }
}

Deno.test("serveHttp() takes new certificates without a restart, and leaves those alone that do not fit [S14]", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-tls-" });
  try {
    for (const name of ["old", "new"]) await Deno.mkdir(`${folder}/${name}`);
    const first = await makeCertificates(`${folder}/old`);
    const second = await makeCertificates(`${folder}/new`);
    const { keyFile, certFile } = first.server;
    const [log, time] = [new FakeLogger(), new FakeTimeProvider()];
    const server = await serveHttp(() => new Response("ok"), {
      ...{ address: "127.0.0.1", port: 0, limits: SERVER_LIMITS, time, log },
      tls: { keyFile, certFile },
    });
    const answers = async () => [
      await ask(server.port, first.client.caFile),
      await ask(server.port, second.client.caFile),
    ];
    const look = async () => {
      await time.waitForSleeper();
      time.advance(30_000);
      await time.waitForSleeper();
    };
    expect(await answers()).toEqual(["ok", undefined]);
    await Deno.copyFile(second.server.keyFile, keyFile);
    await look();
    expect(await answers()).toEqual(["ok", undefined]);
    expect(log.messages("warn")).toHaveLength(1);
    await Deno.copyFile(second.server.certFile, certFile);
    await look();
    expect(await answers()).toEqual([undefined, "ok"]);
    expect(log.messages("info")).toEqual(["Serving with new certificates"]);
    await server.shutdown();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
