import { expect } from "expect";
import { CertificateAuthority } from "../../test_helpers/certificate_authority.ts";
import { makeCertificates } from "../../test_helpers/etcd_certificates.ts";
import { EventfulLogger } from "../../test_helpers/eventful_logger.ts";
import { MessageInbox } from "../../test_helpers/message_inbox.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import type { NatsServerConfig, TlsFiles } from "../config/config.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { RealTimeProvider } from "../helpers/real_time_provider.ts";
import { NatsBus } from "./nats_bus.ts";

const timeout = 30_000;

function optionsFor(server: NatsServerConfig, tls: TlsFiles | undefined) {
  return {
    servers: [server],
    pingIntervalSeconds: 20,
    tls,
    name: "nats_tls_test",
    time: new RealTimeProvider(),
    log: new EventfulLogger(),
    metrics: new MetricsRegistry(),
  };
}

/** Certificates of an authority of their own, and the folder they go with. */
async function certificatesInFolder() {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-tls-" });
  return {
    ...await makeCertificates(folder),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** What is logged when no connection comes about. */
async function refusal(server: NatsServerConfig, tls: TlsFiles | undefined) {
  const options = optionsFor(server, tls);
  const stop = new AbortController();
  const connecting = NatsBus.connect({ ...options, signal: stop.signal });
  const line = await options.log.waitFor("Cannot reach NATS, will try again");
  stop.abort(new Error("enough"));
  await expect(connecting).rejects.toThrow("enough");
  return line;
}

for (const host of ["127.0.0.1", "localhost"]) {
  Deno.test({
    name: `NatsBus speaks TLS with client certificates to ${host}, and comes back`,
    timeout,
    fn: async () => {
      await using certificates = await certificatesInFolder();
      await using nats = await NatsRunner.start({ tls: certificates.server });
      const options = optionsFor({ ...nats.server, host }, certificates.client);
      await using bus = await NatsBus.connect(options);
      const inbox = new MessageInbox();
      bus.subscribe("a", inbox.take);
      bus.publish("a", new Uint8Array(500_000));
      await inbox.waitFor(1);
      await nats.restart();
      await options.log.waitFor("Reconnected to NATS");
      bus.publish("a", "there again");
      await inbox.waitFor(2);
      expect(inbox.texts[1]).toBe("there again");
    },
  });
}

Deno.test({
  name: "NatsBus trusts only its own authority",
  timeout,
  fn: async () => {
    await using certificates = await certificatesInFolder();
    await using others = await certificatesInFolder();
    const { certFile, keyFile } = certificates.server;
    await using nats = await NatsRunner.start({ tls: { certFile, keyFile } });
    const line = await refusal(nats.server, { caFile: others.client.caFile });
    expect(String(line.fields["error"])).toMatch(/certificate|issuer/i);
    await using bus = await NatsBus.connect(
      optionsFor(nats.server, { caFile: certificates.client.caFile }),
    );
    await bus.flush();
  },
});

for (
  const [what, wrong, said] of [
    ["has ended", { ended: true }, /certificate/i],
    ["is for another host", { hosts: "DNS:elsewhere.example" }, /name|altname/i],
  ] as const
) {
  Deno.test({
    name: `NatsBus does not speak to a server whose certificate ${what} [S2]`,
    timeout,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "hm9000-tls-" });
      try {
        const authority = await CertificateAuthority.create(folder);
        const { caFile, certFile, keyFile } = await authority.issue("server", wrong);
        await using nats = await NatsRunner.start({ tls: { certFile, keyFile } });
        const line = await refusal(nats.server, { caFile });
        expect(String(line.fields["error"])).toMatch(said);
        expect(String(line.fields["remedy"])).toContain("TLS");
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

Deno.test({
  name: "NatsBus survives a server that refuses a client certificate that has ended [S2]",
  timeout,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "hm9000-tls-" });
    try {
      const authority = await CertificateAuthority.create(folder);
      await using nats = await NatsRunner.start({ tls: await authority.issue("server") });
      const line = await refusal(nats.server, await authority.issue("client", { ended: true }));
      expect(String(line.fields["remedy"])).toContain("TLS");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "NatsBus survives a server that refuses its client certificate",
  timeout,
  fn: async () => {
    await using certificates = await certificatesInFolder();
    await using nats = await NatsRunner.start({ tls: certificates.server });
    const line = await refusal(nats.server, { caFile: certificates.client.caFile });
    expect(String(line.fields["remedy"])).toContain("TLS");
  },
});

Deno.test({
  name: "NatsBus does not fall back to plain text when TLS is configured",
  timeout,
  fn: async () => {
    await using certificates = await certificatesInFolder();
    await using nats = await NatsRunner.start();
    const line = await refusal(nats.server, certificates.client);
    expect(String(line.fields["error"])).toContain("server does not support 'tls'");
  },
});
