import { expect } from "expect";
import { ConfigError } from "./config_error.ts";
import { loadConfig } from "./load_config.ts";
import { parseConfig } from "./parse_config.ts";

const originalPath = `${import.meta.dirname}/testdata/original_default_config.json`;
const deps = { readTextFile: (path: string) => Deno.readTextFile(path), env: {} };

Deno.test("loadConfig() gives what parsing the same text gives [CFG-09]", async () => {
  const text = await Deno.readTextFile(originalPath);
  expect(await loadConfig(originalPath, deps))
    .toEqual(parseConfig({ text, path: originalPath, env: {} }));
});

Deno.test("loadConfig() loads the original's own file, with a warning per retired or unsafe key", async () => {
  const { config, warnings } = await loadConfig(originalPath, deps);
  expect(config.store).toMatchObject({
    type: "etcd",
    schemaVersion: 1,
    urls: ["http://127.0.0.1:4001"],
  });
  expect(config.fetcher).toMatchObject({
    batchSize: 500,
    ccBaseUrl: "http://127.0.0.1:6001",
    credentials: { user: "mcat", password: "testing" },
    skipCertVerify: true,
  });
  expect(config.api.credentials).toEqual({ user: "magnet", password: "orangutan4sale" });
  expect(warnings.map((warning) => warning.slice(originalPath.length).split(": ", 2).join(": ")))
    .toEqual([
      ":6:3: desired_state_ttl_in_heartbeats",
      ":19:3: cassandra_consistency",
      ":42:3: api_server_user",
      ":46:3: dropsonde_port",
      ":47:3: config_cluster",
      ":48:3: consul_cluster",
      ":49:3: cc_internal_url",
      ":51:3: skip_ssl_verification",
      ":52:3: http_heartbeat",
      ":15:3: skip_cert_verify",
    ]);
});

Deno.test("loadConfig() names the path and the remedy when the file cannot be read [CFG-10]", async () => {
  const missing = await loadConfig("/nowhere/hm.yml", deps).catch((error: unknown) => error);
  expect(missing).toBeInstanceOf(ConfigError);
  expect(String(missing)).toBe(
    "ConfigError: /nowhere/hm.yml: Cannot read the configuration file: there is no such file; " +
      "give --config the path of a YAML or JSON file",
  );
  await expect(loadConfig(`${import.meta.dirname}`, deps)).rejects.toThrow("it is a directory");
});

Deno.test("loadConfig() tells refused permission and other failures apart", async () => {
  const failing = (error: unknown) => ({ readTextFile: () => Promise.reject(error), env: {} });
  const denied = new Deno.errors.PermissionDenied("os error 13");
  await expect(loadConfig("a.yml", failing(denied))).rejects.toThrow("permission denied");
  await expect(loadConfig("a.yml", failing(new Error("disk on fire"))))
    .rejects.toThrow("a.yml: Cannot read the configuration file: disk on fire");
});
