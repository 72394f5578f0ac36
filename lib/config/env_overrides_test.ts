import { expect } from "expect";
import fc from "fast-check";
import { type ConfigKey, configKeys } from "./config_keys.ts";
import { readEnvOverrides } from "./env_overrides.ts";
import { parseConfig } from "./parse_config.ts";
import { filedNamesAt } from "./secret_files.ts";

const host = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
const path = fc.stringMatching(/^\/[a-z0-9/ _.-]{1,30}$/);
const url = host.map((name) => `https://${name.replaceAll(/[^a-z]/g, "x")}:2379`);
const oddText = fc.string({ minLength: 1 });

const anyFraction = fc.double({ min: 0, max: 1, noNaN: true });

const special: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  "store_type": fc.constantFrom("sqlite", "memory"),
  "etcd_transport": fc.constantFrom("grpc", "etcd3", "http"),
  "message_bus_type": fc.constantFrom("nats", "in_process"),
  "log_level": fc.constantFrom("", "DEBUG", "INFO", "WARN", "ERROR"),
  "log_format": fc.constantFrom("auto", "human", "json"),
  "actual_freshness_key": fc.constantFrom("/a", "/b/c-d"),
  "desired_freshness_key": fc.constantFrom("/a", "/b/c-d"),
  "sender_nats_start_subject": fc.constantFrom("a", "hm.b"),
  "sender_nats_stop_subject": fc.constantFrom("a", "hm.b"),
  "cc_base_url": url,
  "trace_endpoint": url,
  "syslog_url": fc.constantFrom("udp://127.0.0.1:514", "unix:///dev/log", ""),
  "desired_state_shrink_fraction_max": anyFraction,
  "breaker_dea_share_min": anyFraction,
  "breaker_stop_share_max": anyFraction,
  "store_path": path,
  "api_server_address": host,
  "api_server_tokens": fc.array(fc.stringMatching(/^[a-z0-9]{16,30}$/), {
    maxLength: 3,
    minLength: 1,
  }),
  "http_heartbeat_server_address": host,
  "metrics_server_address": host,
};

function arbitraryValue(key: ConfigKey): fc.Arbitrary<unknown> {
  if (special[key.name] !== undefined) return special[key.name] ?? fc.constant(undefined);
  if (key.name.endsWith("_file")) return path;
  switch (key.kind) {
    case "text":
      return oddText;
    case "number":
      return fc.integer({ min: 1, max: 1000 });
    case "boolean":
      return key.name === "etcd_require_ssl" ? fc.constant(false) : fc.boolean();
    case "text_list":
      return fc.array(url, { minLength: 1, maxLength: 3 });
    case "member_list":
      return fc.array(
        fc.record({
          host,
          port: fc.nat({ max: 9999 }).map((n) => n + 1),
          user: oddText,
          password: oddText,
        }),
        { minLength: 1, maxLength: 3 },
      );
  }
}

function toVariable(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return typeof value[0] === "string" ? value.join(",") : JSON.stringify(value);
}

Deno.test("parseConfig() takes every key from the environment as it takes it from the file", () => {
  // A file that holds a secret stands in for the secret: with both there would be nothing to compare.
  const filed = filedNamesAt([]).map((name) => `${name}_file`);
  const keys = configKeys().filter(({ name }) => !filed.includes(name));
  const values = fc.record(
    Object.fromEntries(keys.map((key) => [key.name, arbitraryValue(key)])),
  );
  fc.assert(
    fc.property(values, (given) => {
      const file: Record<string, unknown> = {};
      const env: Record<string, string> = {};
      for (const key of keys) {
        const [name = "", member] = key.path;
        env[key.variable] = toVariable(given[key.name]);
        if (member === undefined) file[name] = given[key.name];
        else file[name] = { ...file[name] as object | undefined, [member]: given[key.name] };
      }
      const fromFile = parseConfig({ text: JSON.stringify(file), path: "f", env: {} });
      const fromEnv = parseConfig({ text: "", path: "f", env });
      expect(fromEnv.config).toEqual(fromFile.config);
      expect(fromEnv.settings.map(({ value }) => value))
        .toEqual(fromFile.settings.map(({ value }) => value));
      const set = fromEnv.settings.filter(({ place }) => place !== undefined);
      expect(set.map(({ place }) => place?.variable))
        .toEqual(keys.map(({ variable }) => variable));
    }),
    { numRuns: 30 },
  );
});

Deno.test("parseConfig() lets the environment win over the file, key by key", () => {
  const { config } = parseConfig({
    text: "etcd: {key_file: /a, cert_file: /b}\nlog_level: DEBUG\nstore_urls: [https://a]",
    path: "hm.yml",
    env: {
      "HM9000_ETCD_KEY_FILE": "/c",
      "HM9000_LOG_LEVEL": "",
      "HM9000_STORE_URLS": " https://b , https://c ",
    },
  });
  expect(config.store.etcdTls).toEqual({ keyFile: "/c", certFile: "/b", caFile: undefined });
  expect(config.log.level).toBe("INFO");
  expect(config.store.urls).toEqual(["https://b", "https://c"]);
});

Deno.test("parseConfig() lets the environment fill a group that is empty in the file", () => {
  const env = { "HM9000_ETCD_CA_FILE": "/ca" };
  const { config } = parseConfig({ text: "etcd:\n", path: "hm.yml", env });
  expect(config.store.etcdTls?.caFile).toBe("/ca");
});

Deno.test("configKeys() gives every key a variable of its own", () => {
  const variables = configKeys().map(({ variable }) => variable);
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).toContain("HM9000_ETCD_KEY_FILE");
  expect(configKeys().every(({ description }) => description !== "")).toBe(true);
});

Deno.test("parseConfig() names the variable when its value is wrong", () => {
  const table: Readonly<Record<string, string>> = {
    "HM9000_SENDER_MESSAGE_LIMIT": "ten",
    "HM9000_API_SERVER_PORT": "",
    "HM9000_SKIP_CERT_VERIFY": "yes",
    "HM9000_STORE_URLS": "https://a,b",
    "HM9000_NATS": "[{port: 1}]",
    "HM9000_SSL_KEY_FILE": "\0",
  };
  for (const [variable, text] of Object.entries(table)) {
    const parse = () => parseConfig({ text: "", path: "hm.yml", env: { [variable]: text } });
    expect(parse).toThrow(`${variable}: `);
    expect(parse).not.toThrow("hm.yml");
  }
});

Deno.test("readEnvOverrides() warns about a variable of ours that sets no key, without its value", () => {
  const { overrides, problems, warnings } = readEnvOverrides({
    "HM9000_LOGLEVEL": "canary",
    "HM9000_CONFIG_CLUSTER": "canary",
    "HM9000_CONSTRUCTOR": "canary",
    "HM9000_FAKE_TIME": "120",
    "PATH": "/bin",
    "HM9000_LOG_FORMAT": undefined,
  });
  expect([overrides, problems]).toEqual([[], []]);
  expect(warnings).toEqual([
    "HM9000_CONFIG_CLUSTER: the variable is no longer used: components take leadership in the store",
    "HM9000_CONSTRUCTOR: the variable sets no key and is ignored",
    'HM9000_LOGLEVEL: the variable sets no key and is ignored; did you mean "HM9000_LOG_LEVEL"?',
  ]);
});
