import { expect } from "expect";
import { StoreRefusedError } from "../store_errors.ts";
import { checkEtcdUrls, readTlsFiles } from "./open_options.ts";

Deno.test("checkEtcdUrls() refuses what cannot work and never shows a password", () => {
  const bad = [[], ["localhost:2379"], ["nats://localhost"], ["http://u:secret@localhost:1"]];
  for (const urls of bad) expect(() => checkEtcdUrls(urls, "http")).toThrow(StoreRefusedError);
  expect(() => checkEtcdUrls(["http://u:secret@localhost"], "http")).toThrow(/^(?!.*secret)/);
  expect(() => checkEtcdUrls(["https://127.0.0.1:2379"], "etcd3")).toThrow("TLS to an IP address");
  expect(() => checkEtcdUrls(["https://127.0.0.1:2379"], "http")).not.toThrow();
  expect(() => checkEtcdUrls(["http://127.0.0.1:2379", "https://a:1"], "grpc")).not.toThrow();
});

Deno.test("readTlsFiles() names the file that cannot be read, and wants pairs", async () => {
  await expect(readTlsFiles({ caFile: "/nowhere/ca.pem" })).rejects.toThrow("/nowhere/ca.pem");
  await expect(readTlsFiles({ certFile: "/nowhere/c.pem" })).rejects.toThrow("go together");
});
