import { expect } from "expect";
import { COMPONENT_NAMES } from "../models/component_role.ts";
import { parseConfig } from "./parse_config.ts";
import { type ConfigUser, isLoopback, requireFor } from "./require_for.ts";

const users: readonly ConfigUser[] = [
  ...COMPONENT_NAMES,
  "all",
  "demo",
  "dump",
  "explain",
  "holds",
];

const tools: readonly ConfigUser[] = ["dump", "explain", "holds"];

/** The users that `text` does not satisfy, each with the keys that are at fault. */
function refusals(text: string): Readonly<Record<string, readonly string[]>> {
  const parsed = parseConfig({ text, path: "hm.yml", env: {} });
  return Object.fromEntries(users.flatMap((user) => {
    const keys = refusedKeys(() => requireFor(parsed, user));
    return keys.length === 0 ? [] : [[user, keys]];
  }));
}

function refusedKeys(attempt: () => void): readonly string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    return String(error).replace("ConfigError: ", "").split("\n").map((line) =>
      line.split(": ").at(1) ?? ""
    );
  }
}

const complete = [
  "nats: [{host: 127.0.0.1}]",
  "cc_base_url: http://cc",
  "cc_auth_user: a",
  "cc_auth_password: b",
  "api_server_username: a",
  "api_server_password: b",
];

function without(name: string, ...more: readonly string[]): string {
  return [...complete.filter((line) => !line.startsWith(name)), ...more].join("\n");
}

Deno.test("requireFor() is content with a complete configuration", () => {
  expect(refusals(complete.join("\n"))).toEqual({});
});

Deno.test("requireFor() asks the desired_state_listener's keys of it and of all", () => {
  for (const key of ["cc_base_url", "cc_auth_user", "cc_auth_password"]) {
    expect(refusals(without(key))).toEqual({ "desired_state_listener": [key], all: [key] });
  }
});

Deno.test("requireFor() names file, key and remedy", () => {
  const parsed = parseConfig({ text: without("cc_auth_password"), path: "hm.yml", env: {} });
  expect(() => requireFor(parsed, "desired_state_listener")).toThrow(
    "hm.yml: cc_auth_password: the value is missing; desired_state_listener needs it to fetch the " +
      "desired state (set it in the file, or as HM9000_CC_AUTH_PASSWORD)",
  );
});

Deno.test("requireFor() asks for NATS where messages are received or sent", () => {
  const keys = ["nats"];
  const expected = { "actual_state_listener": keys, sender: keys, api: keys, evacuator: keys };
  expect(refusals(without("nats"))).toEqual({ ...expected, all: keys });
});

Deno.test("requireFor() keeps what one process has to itself to all and demo", () => {
  const components = users.filter((user) => !["all", "demo", ...tools].includes(user));
  expect(refusals(without("nats", "message_bus_type: in_process"))).toEqual(
    Object.fromEntries(components.map((user) => [user, ["message_bus_type"]])),
  );
  expect(refusals(without("none", "store_type: memory"))).toEqual(
    Object.fromEntries(
      [...components, ...tools].map((user) => [user, ["store_type"]]),
    ),
  );
});

Deno.test("requireFor() refuses an API without credentials except on loopback", () => {
  const open = without("api_server", "");
  const keys = ["api_server_username"];
  expect(refusals(open)).toEqual({ api: keys, all: keys });
  expect(refusals(`${open}\napi_server_address: 10.0.0.1`)).toEqual({ api: keys, all: keys });
  expect(refusals(`${open}\napi_server_address: 127.0.0.1`)).toEqual({});
  expect(refusals(`${open}\napi_server_tokens: [0123456789abcdef-token]`)).toEqual({});
  const tls = "api_server_tls: {key_file: a, cert_file: b, ca_file: c}";
  expect(refusals(`${open}\n${tls}`)).toEqual({});
});

Deno.test("requireFor() refuses to serve figures without credentials except on loopback", () => {
  const components = users.filter((user) => !["demo", ...tools].includes(user));
  const open = without("none", "metrics_server_port: 7879");
  expect(refusals(open)).toEqual({});
  expect(refusals(without("none", "metrics_server_address: 10.0.0.1"))).toEqual({});
  const keys = ["metrics_server_user"];
  expect(refusals(`${open}\nmetrics_server_address: 10.0.0.1`)).toEqual(
    Object.fromEntries(components.map((user) => [user, keys])),
  );
  const closed = "metrics_server_user: a\nmetrics_server_password: b";
  expect(refusals(`${open}\nmetrics_server_address: 10.0.0.1\n${closed}`)).toEqual({});
});

Deno.test("requireFor() reports everything at once", () => {
  expect(refusals("store_type: memory")["api"]).toEqual([
    "store_type",
    "nats",
    "api_server_username",
  ]);
});

Deno.test("isLoopback() knows the addresses only this machine can reach", () => {
  for (
    const address of [
      "127.0.0.1",
      "127.1.2.3",
      "localhost",
      "LOCALHOST",
      "::1",
      "[::1]",
      "0:0:0:0:0:0:0:1",
    ]
  ) {
    expect([address, isLoopback(address)]).toEqual([address, true]);
  }
  for (
    const address of [
      "0.0.0.0",
      "::",
      "10.0.0.1",
      "127.0.0.1.example.org",
      "localhost.example.org",
      "1::1",
      "::11",
      "127.1",
    ]
  ) {
    expect([address, isLoopback(address)]).toEqual([address, false]);
  }
});

Deno.test("tap needs a bus that others can hear, and no store; top needs a store, and no bus", () => {
  const refused = (text: string, user: ConfigUser) => {
    const parsed = parseConfig({ text, path: "hm.yml", env: {} });
    return refusedKeys(() => requireFor(parsed, user));
  };
  const bus = "{store_type: memory, nats: [{host: 127.0.0.1}]}";
  expect(refused(bus, "tap")).toEqual([]);
  expect(refused(bus, "top")).toEqual(["store_type"]);
  expect(refused("{message_bus_type: in_process}", "tap")).toEqual(["message_bus_type"]);
  expect(refused("{message_bus_type: in_process}", "top")).toEqual([]);
  expect(refused("{}", "tap")).toEqual(["nats"]);
  expect(refused("{metrics_server_address: 0.0.0.0, metrics_server_port: 1}", "top")).toEqual([]);
});
