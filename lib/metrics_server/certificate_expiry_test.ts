import { expect } from "expect";
import { makeCertificates } from "../../test_helpers/etcd_certificates.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { parseConfig } from "../config/parse_config.ts";
import { RealTimeProvider } from "../helpers/real_time_provider.ts";
import { CertificateExpiry, certificateFiles } from "./certificate_expiry.ts";

Deno.test("CertificateExpiry says when certificates end, 0 for what is none, and reads again a minute later [S14]", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { client } = await makeCertificates(folder);
    const time = new FakeTimeProvider();
    let reads = 0;
    const expiry = new CertificateExpiry({
      files: [
        { certificate: "etcd_client", path: client.certFile },
        { certificate: "nats_client", path: client.keyFile },
        { certificate: "nats_authority", path: `${folder}/absent.pem` },
      ],
      time,
      readTextFile: (path) => {
        reads += 1;
        return Deno.readTextFile(path);
      },
    });
    const ends = await expiry.read();
    // They are made for two days.
    const days = ((ends.get("etcd_client") ?? 0) - new RealTimeProvider().now()) / 86_400;
    expect(Math.round(days)).toBe(2);
    expect(ends.get("nats_client")).toBe(0);
    expect(ends.get("nats_authority")).toBe(0);
    time.advance(59_000);
    await expiry.read();
    expect(reads).toBe(3);
    time.advance(1_000);
    await expiry.read();
    expect(reads).toBe(6);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("certificateFiles() are those that the configuration names, none for plain connections", () => {
  const filesOf = (text: string) =>
    certificateFiles(parseConfig({ text, path: "hm9000.yml", env: {} }).config);
  expect(filesOf("")).toEqual([]);
  const text = `
store_urls: [https://10.0.0.1:2379]
etcd: { ca_file: a.pem, cert_file: b.pem, key_file: c.pem }
nats: [{ host: 10.0.0.2, port: 4222 }]
nats_tls: { ca_file: d.pem }
api_server_tls: { cert_file: e.pem, key_file: f.pem }
`;
  expect(filesOf(text)).toEqual([
    { certificate: "api_server", path: "e.pem" },
    { certificate: "etcd_client", path: "b.pem" },
    { certificate: "etcd_authority", path: "a.pem" },
    { certificate: "nats_authority", path: "d.pem" },
  ]);
});
