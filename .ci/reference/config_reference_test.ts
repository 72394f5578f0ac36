import { expect } from "expect";
import { configKeys } from "../../lib/config/config_keys.ts";
import { configSchemaJson } from "../../lib/config/config_schema_json.ts";
import { retiredKeys } from "../../lib/config/retired_keys.ts";
import { renderConfigReference, table } from "./config_reference.ts";

const page = renderConfigReference({
  keys: configKeys(),
  schema: configSchemaJson(),
  retired: retiredKeys,
});

Deno.test("renderConfigReference() gives each key its type, default, words and variable", () => {
  const rows = page.split("\n");
  const row = (key: string) => rows.find((line) => line.startsWith(`| \`${key}\``));
  expect(row("sender_message_limit")).toContain("| whole number, 1 to 2147483647 | `60` |");
  expect(row("log_level")).toContain("| `DEBUG`, `INFO`, `WARN`, `ERROR` | `INFO` |");
  expect(row("etcd.key_file")).toContain("| text | empty |");
  expect(row("http_heartbeat_port")).toContain("| not set |");
  expect(row("store_urls")).toContain("| list | empty |");
  expect(row("cc_auth_password")).toContain("🔒");
  expect(row("api_server_port")).toContain("`HM9000_API_SERVER_PORT`");
});

Deno.test("renderConfigReference() leaves out no key, member of nats or retired key", () => {
  const names = configKeys().map(({ name }) => name);
  for (const name of [...names, "host", "port", ...Object.keys(retiredKeys)]) {
    expect(page).toContain(`| \`${name}\``);
  }
});

Deno.test("table() keeps bars inside of their cells", () => {
  expect(table(["a"], [["b|c"]])).toEqual(["| a |", "| --- |", "| b\\|c |"]);
});
