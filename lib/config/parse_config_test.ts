import { expect } from "expect";
import { ConfigError } from "./config_error.ts";
import { type Environment } from "./env_overrides.ts";
import { parseConfig, type ParsedConfig } from "./parse_config.ts";

function parse(text: string, env: Environment = {}): ParsedConfig {
  return parseConfig({ text, path: "hm.yml", env });
}

function problemsOf(text: string, env: Environment = {}): readonly string[] {
  try {
    parse(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}

Deno.test("parseConfig() reads JSON that sets some keys and keeps the default of the others [CFG-01]", () => {
  const { config } = parse('{"sender_message_limit": 5}');
  expect(config.sender.messageLimit).toBe(5);
  expect(config.store.maxConcurrentRequests).toBe(30);
});

Deno.test("parseConfig() derives durations from a heartbeat period of 10 s [CFG-02]", () => {
  const { config } = parse("");
  expect(config.heartbeatPeriodSeconds).toBe(10);
  expect(config.heartbeatTtlSeconds).toBe(30);
  expect(config.actualFreshnessTtlSeconds).toBe(30);
  expect(config.gracePeriodSeconds).toBe(30);
  expect(config.desiredFreshnessTtlSeconds).toBe(120);
  expect(config.lockTtlSeconds).toBe(10);
  expect(config.listener).toMatchObject({ heartbeatTtlSeconds: 30, actualFreshnessTtlSeconds: 30 });
});

Deno.test("parseConfig() derives how often components work [CFG-03] [SHR-15]", () => {
  const { config } = parse("");
  expect(config.sender).toMatchObject({ pollingIntervalSeconds: 10, timeoutSeconds: 100 });
  expect(config.fetcher).toMatchObject({ pollingIntervalSeconds: 60, timeoutSeconds: 600 });
  expect(config.analyzer).toMatchObject({ pollingIntervalSeconds: 10, timeoutSeconds: 100 });
  expect(config.shredder).toEqual({ pollingIntervalSeconds: 3600, timeoutSeconds: 60 });
});

Deno.test("parseConfig() limits a pass to 60 starts unless told otherwise [REG-54]", () => {
  expect(parse("").config.sender.messageLimit).toBe(60);
});

Deno.test("parseConfig() derives back-off [CFG-04]", () => {
  expect(parse("").config.analyzer).toMatchObject({
    crashesBeforeBackoff: 3,
    startingBackoffSeconds: 30,
    maximumBackoffSeconds: 960,
    crashCountTtlSeconds: 1920,
    gracePeriodSeconds: 30,
  });
});

Deno.test("parseConfig() scales every duration with the heartbeat period [CFG-05]", () => {
  const { config } = parse("heartbeat_period_in_seconds: 11");
  expect(config).toMatchObject({
    heartbeatPeriodSeconds: 11,
    heartbeatTtlSeconds: 33,
    actualFreshnessTtlSeconds: 33,
    gracePeriodSeconds: 33,
    desiredFreshnessTtlSeconds: 132,
    sender: { pollingIntervalSeconds: 11, timeoutSeconds: 110 },
    fetcher: { pollingIntervalSeconds: 66, timeoutSeconds: 660 },
    shredder: { pollingIntervalSeconds: 3960, timeoutSeconds: 66 },
    analyzer: {
      pollingIntervalSeconds: 11,
      timeoutSeconds: 110,
      startingBackoffSeconds: 33,
      maximumBackoffSeconds: 1056,
    },
  });
});

Deno.test("parseConfig() does not scale the listener's milliseconds [CFG-06]", () => {
  const { config } = parse("heartbeat_period_in_seconds: 11");
  expect(config.listener.syncIntervalMs).toBe(1000);
  expect(config.listener.cacheRefreshMs).toBe(20_000);
});

Deno.test("parseConfig() does not scale the network timeout [CFG-07]", () => {
  expect(parse("heartbeat_period_in_seconds: 11").config.fetcher.networkTimeoutSeconds).toBe(10);
});

Deno.test("parseConfig() refuses text that is neither a mapping nor nothing [CFG-08]", () => {
  const message =
    'hm.yml:1:1: the file is not a mapping of keys to values; write one "key: value" per line';
  for (const text of ["¥", "hunter2", "[1]", "3"]) expect(problemsOf(text)).toEqual([message]);
  for (const text of ["{", '{"nats": [', "a: 'b"]) {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  }
});

Deno.test("parseConfig() reads the log level and takes an empty one as INFO [CFG-12] [CFG-13] [REG-47]", () => {
  const levelOf = (text: string) => parse(text).config.log.level;
  expect(["", "log_level: ''", "log_level:", "log_level: INFO"].map(levelOf)).toEqual(
    Array(4).fill("INFO"),
  );
  expect(levelOf("log_level: DEBUG")).toBe("DEBUG");
});

Deno.test("parseConfig() refuses an unknown log level and suggests one [CFG-14] [REG-47]", () => {
  expect(problemsOf("log_level: debg")).toEqual([
    'hm.yml:1:12: log_level: "debg" is not one of DEBUG, INFO, WARN, ERROR; did you mean "DEBUG"?',
  ]);
});

Deno.test("parseConfig() takes the store's type literally [CFG-17]", () => {
  for (const type of ["Etcd", "ETCD", "ZooKeeper", "''"]) {
    expect(problemsOf(`store_type: ${type}`)[0]).toContain("is not one of etcd, sqlite, memory");
  }
});

Deno.test("parseConfig() chooses etcd when its URLs are given, sqlite otherwise", () => {
  const typeOf = (text: string) => parse(text).config.store.type;
  expect(typeOf("")).toBe("sqlite");
  expect(typeOf("store_urls: []")).toBe("sqlite");
  expect(typeOf("store_urls: [http://127.0.0.1:4001]")).toBe("etcd");
  expect(typeOf("store_urls: [http://127.0.0.1:4001]\nstore_type: sqlite")).toBe("sqlite");
  expect(typeOf("store_type: memory")).toBe("memory");
});

Deno.test("parseConfig() reads every member of the NATS cluster [CFG-22]", () => {
  const members = [
    { host: "10.0.0.1", port: 4222, user: "a", password: "b" },
    { host: "nats.example.org", port: 4223, user: "c", password: "d" },
  ];
  expect(parse(JSON.stringify({ nats: members })).config.messageBus.servers).toEqual(members);
  const single = parse("nats: {host: 10.0.0.1}").config.messageBus.servers;
  expect(single).toEqual([{ host: "10.0.0.1", port: 4222, user: "", password: "" }]);
});

Deno.test("parseConfig() reads the ping interval, 30 s by default [CFG-23] [REG-48]", () => {
  expect(parse("").config.messageBus.pingIntervalSeconds).toBe(30);
  expect(parse("nats_client_ping_interval: 20").config.messageBus.pingIntervalSeconds).toBe(20);
});

Deno.test("parseConfig() has no default password and does not take HTTP heartbeats unless told", () => {
  const { config } = parse("");
  expect(config.api).toMatchObject({ address: "0.0.0.0", port: 5155, credentials: undefined });
  expect(config.fetcher.credentials).toEqual({ user: "", password: "" });
  expect(config.store.etcdCredentials).toBe(undefined);
  expect(config.metricsServer).toEqual({
    address: "127.0.0.1",
    port: undefined,
    credentials: undefined,
  });
  expect(config.listener).toMatchObject({
    httpAddress: "0.0.0.0",
    httpPort: undefined,
    tls: undefined,
  });
});

Deno.test("parseConfig() reads JSON that is indented by tabs", () => {
  const { config } = parse('{\n\t"nats": [\n\t\t{"host": "a"}\n\t]\n}');
  expect(config.messageBus.servers).toHaveLength(1);
});

Deno.test("parseConfig() resolves relative paths from the folder of the configuration file", () => {
  const storePath = (path: string, text = "") =>
    parseConfig({ text, path, env: {} }).config.store.path;
  expect(storePath("/etc/hm9000/hm.yml")).toBe("/etc/hm9000/hm9000.sqlite");
  expect(storePath("hm.yml")).toBe("hm9000.sqlite");
  expect(storePath("/etc/hm.yml", "store_path: /var/lib/hm9000/db")).toBe("/var/lib/hm9000/db");
  const text = "ssl: {key_file: key.pem, cert_file: /cert.pem}";
  expect(parseConfig({ text, path: "conf/hm.yml", env: {} }).config.listener.tls)
    .toEqual({ keyFile: "conf/key.pem", certFile: "/cert.pem", caFile: undefined });
});

Deno.test("parseConfig() returns a frozen configuration", () => {
  const { config } = parse("nats: [{host: a}]");
  const objects: unknown[] = [config, config.sender, config.fetcher.credentials, config.store.urls];
  expect(objects.concat(config.messageBus.servers).every((each) => Object.isFrozen(each))).toBe(
    true,
  );
});

const badValues: readonly (readonly [text: string, problem: string])[] = [
  [
    "heartbeat_period_in_seconds: ten",
    '1:30: heartbeat_period_in_seconds: "ten" is not a whole number from 1',
  ],
  [
    "heartbeat_period_in_seconds: 0",
    "1:30: heartbeat_period_in_seconds: 0 is not a whole number from 1",
  ],
  [
    "heartbeat_ttl_in_heartbeats: 1.5",
    "1:30: heartbeat_ttl_in_heartbeats: 1.5 is not a whole number",
  ],
  [
    "grace_period_in_heartbeats: .inf",
    "1:29: grace_period_in_heartbeats: Infinity is not a whole number",
  ],
  ["sender_message_limit: [1]", "1:23: sender_message_limit: a list is not a whole number"],
  ["store_schema_version: -1", "1:23: store_schema_version: -1 is not a whole number from 0"],
  ["api_server_port: 65536", "1:18: api_server_port: 65536 is not a port number from 0 to 65535"],
  ["metrics_server_port: -1", "1:22: metrics_server_port: -1 is not a port number"],
  ["nats: [{host: a, port: 0}]", "1:24: nats[0].port: 0 is not a port number from 1"],
  ["nats: [{port: 1}]", "1:8: nats[0].host: the value is missing; it must be a host name"],
  ["nats: {host: a, port: b}", '1:23: nats[0].port: "b" is not a port number'],
  ["nats: 5", "1:7: nats: a number is not a list of members"],
  ["nats:\n- null", "2:3: nats[0]: nothing is not a mapping of host"],
  [
    "actual_freshness_key: fresh",
    '1:23: actual_freshness_key: "fresh" is not a store key that begins with "/"',
  ],
  ["skip_cert_verify: yes", '1:19: skip_cert_verify: "yes" is not true or false'],
  ["store_urls: http://a", '1:13: store_urls: "http://a" is not a list of URLs'],
  [
    "store_urls: [http://a, ftp://b]",
    '1:24: store_urls[1]: "ftp://b" is not an http:// or https:// URL',
  ],
  [
    "store_urls: ['http://u:p@b']",
    "1:14: store_urls[0]: a text of 12 characters is not an http://",
  ],
  ["cc_base_url: localhost", '1:14: cc_base_url: "localhost" is not an http:// or https:// URL'],
  ["trace_endpoint: a:4318", '1:17: trace_endpoint: "a:4318" is not an http:// or https:// URL'],
  ["cc_auth_user: 12", "1:15: cc_auth_user: 12 is not text (put it in quotes)"],
  ["cc_auth_password: 12", "1:19: cc_auth_password: a number is not text (put it in quotes)"],
  [
    "sender_nats_start_subject: 'a b'",
    '1:28: sender_nats_start_subject: "a b" is not a NATS subject',
  ],
  ["sender_nats_stop_subject: a.>", '1:27: sender_nats_stop_subject: "a.>" is not a NATS subject'],
  ["api_server_address: http://a", '1:21: api_server_address: "http://a" is not a host name or IP'],
  ["etcd: on", '1:7: etcd: "on" is not a mapping of key_file'],
  ["etcd: {kee_file: a}", '1:8: etcd.kee_file: there is no such key; did you mean "key_file"?'],
  [
    "desired_state_shrink_fraction_max: 2",
    "1:36: desired_state_shrink_fraction_max: 2 is not a number from 0 to 1",
  ],
  ["syslog_url: tcp://a:1", '1:13: syslog_url: "tcp://a:1" is not a syslog address'],
  ["store_path: ':memory:'", '1:13: store_path: ":memory:" is not the path of a file'],
  [
    "etcd_transport: GRPC",
    '1:17: etcd_transport: "GRPC" is not one of grpc, etcd3, http; did you mean "grpc"?',
  ],
  ["grace_period:", "1:1: grace_period: there is no such key"],
  [
    "nats: [{host: a, password:x}]",
    "1:18: nats[0]: a key is not a plain name; is there a space after its colon?",
  ],
  ["api_server_user: 5", "1:18: api_server_username: 5 is not text"],
  ["grace_period: 3", "1:1: grace_period: there is no such key"],
  ["store_url: [a]", '1:1: store_url: there is no such key; did you mean "store_urls"?'],
  ["etcd_key_file: a", '1:1: etcd_key_file: there is no such key; did you mean "etcd.key_file"?'],
  ["__proto__: 1", "1:1: __proto__: there is no such key"],
  [
    "log_level: INFO\nlog_level: DEBUG",
    "2:1: log_level: the key is set twice; remove one of the two",
  ],
  ["log_level:INFO", "1:1: the file is not a mapping of keys to values"],
  ["a: 1\n---\nb: 2", "2:1: there is more than one document"],
  ["a: &x [*x]\nlog_level: *y", '2:12: a value that begins with "*" refers to an anchor'],
  ["cc_auth_password: !x", '1:19: a value begins with "!"; put text in quotes'],
  ["\tlog_level: INFO", "1:1: lines are indented by tabs; use spaces"],
];

Deno.test("parseConfig() names line, column, key and remedy of every bad value", () => {
  for (const [text, problem] of badValues) {
    expect(problemsOf(text).join("\n")).toContain(`hm.yml:${problem}`);
  }
});

const brokenRelations: readonly (readonly [text: string, problem: string])[] = [
  ["store_type: etcd", "hm.yml: store_urls: the value is missing; store_type etcd needs"],
  ["etcd_user: a", "hm.yml: etcd_password: the value is missing; etcd_user is set"],
  ["api_server_password: a", "hm.yml: api_server_username: the value is missing"],
  ["metrics_server_user: a", "hm.yml: metrics_server_password: the value is missing"],
  ["ssl: {key_file: a}", "hm.yml: ssl.cert_file: the value is missing"],
  ["nats_tls: {cert_file: a}", "hm.yml: nats_tls.key_file: the value is missing"],
  ["ssl: {ca_file: a}", "hm.yml: ssl.key_file: the value is missing"],
  [
    "etcd_require_ssl: true\nstore_urls: [https://a, http://b]",
    'hm.yml:2:13: store_urls: "http://b" is not https',
  ],
  [
    "shredder_polling_interval_in_heartbeats: 300000",
    "hm.yml:1:42: shredder_polling_interval_in_heartbeats: 300000 heartbeats of 10 s each is too long; at most 214748 are",
  ],
  ["maximum_backoff_delay_in_heartbeats: 107375", "too long; at most 107374 are possible"],
];

Deno.test("parseConfig() holds keys against each other", () => {
  for (const [text, problem] of brokenRelations) {
    expect(problemsOf(text).join("\n")).toContain(problem);
  }
  expect(problemsOf("etcd: {ca_file: a}\nnats_tls: {ca_file: b}")).toEqual([]);
  expect(problemsOf("maximum_backoff_delay_in_heartbeats: 107374")).toEqual([]);
});

Deno.test("parseConfig() reports all problems at once, in the order of file and environment", () => {
  const text =
    "log_levl: INFO\netcd_user: a\napi_server_port: x\nlog_format: json\nlog_format: auto";
  expect(problemsOf(text, { "HM9000_STORE_SCHEMA_VERSION": "one" })).toEqual([
    'hm.yml:1:1: log_levl: there is no such key; did you mean "log_level"?',
    'hm.yml:3:18: api_server_port: "x" is not a port number from 0 to 65535',
    "hm.yml:5:1: log_format: the key is set twice; remove one of the two",
    "hm.yml: etcd_password: the value is missing; etcd_user is set, and one without the other is no use",
    'HM9000_STORE_SCHEMA_VERSION: store_schema_version: "one" is not a whole number from 0 to 2147483647',
  ]);
});

Deno.test("parseConfig() reports a problem once and draws no conclusions from a faulty key", () => {
  expect(problemsOf("cc_base_url: localhost")).toHaveLength(1);
  expect(problemsOf("etcd_user: 5\netcd_password: a")).toEqual([
    "hm.yml:1:12: etcd_user: 5 is not text (put it in quotes)",
  ]);
  expect(problemsOf("nats: [", { "HM9000_STORE_TYPE": "etcd" })).toHaveLength(1);
});

Deno.test("parseConfig() takes the default of a known key that has no value", () => {
  const { config } = parse(
    "sender_message_limit:\nnats: [{host: a, port: null}]\nssl:\netcd: {key_file: }",
  );
  expect(config.sender.messageLimit).toBe(60);
  expect(config.messageBus.servers[0]?.port).toBe(4222);
});

Deno.test("parseConfig() warns of certificates that are not verified, wherever that is set [REG-52]", () => {
  const danger = "anybody can pose as the Cloud Controller; remove it outside of tests";
  expect(parse("").warnings).toEqual([]);
  expect(parse("skip_cert_verify: false").warnings).toEqual([]);
  expect(parse("# for now\nskip_cert_verify: true").warnings)
    .toEqual([`hm.yml:2:1: skip_cert_verify: ${danger}`]);
  expect(parse("", { "HM9000_SKIP_CERT_VERIFY": "true" }).warnings)
    .toEqual([`HM9000_SKIP_CERT_VERIFY: skip_cert_verify: ${danger}`]);
});

Deno.test("parseConfig() refuses anchors that unfold into too much, and unfolds none of them", () => {
  const levels = "bcdefghij".split("").map((name, at) => {
    const below = "abcdefghi"[at];
    return `${name}: &${name} [${Array(9).fill(`*${below}`).join(", ")}]`;
  });
  const bomb = ["a: &a [lol, lol]", ...levels].join("\n");
  expect(problemsOf(bomb)).toEqual(["hm.yml:1:1: the anchors unfold into too much"]);
});

Deno.test("parseConfig() reads who may ask the API, and takes no short token", () => {
  const { config } = parse(
    'api_server_tokens: ["0123456789abcdef"]\napi_server_tls: {key_file: k, cert_file: c, ca_file: a}',
  );
  expect(config.api).toMatchObject({
    tokens: ["0123456789abcdef"],
    connectionsMax: 1_000,
    failedLoginsMax: 20,
    tls: { keyFile: expect.stringMatching(/k$/), caFile: expect.stringMatching(/a$/) },
  });
  expect(() => parse('api_server_tokens: ["short"]')).toThrow(/16 to 512 characters/);
  expect(() => parse("api_server_tls: {ca_file: a}")).toThrow(/api_server_tls\.key_file/);
});
