import { expect } from "expect";
import { parse as parseYaml } from "yaml";
import { configKeys } from "./config_keys.ts";
import { parseConfig } from "./parse_config.ts";
import { showConfig, showSettings } from "./show_config.ts";

const text = `log_level: DEBUG
nats:
  - {host: a, user: u, password: canary}
etcd:
  ca_file: ca.pem
etcd_user: root
api_server_username: magnet
`;
const env = { "HM9000_API_SERVER_PASSWORD": "canary", "HM9000_ETCD_PASSWORD": "canary" };
const parsed = parseConfig({ text, path: "hm.yml", env });

Deno.test("showConfig() gives every key that has a value, with its origin", () => {
  const lines = showConfig(parsed).split("\n");
  expect(lines).toContain('log_level: "DEBUG" # hm.yml:1:1');
  expect(lines).toContain("sender_message_limit: 60 # default");
  expect(lines).toContain('store_type: "sqlite" # default');
  expect(lines).toContain("# http_heartbeat_port: not set");
  expect(lines.join("\n")).toContain(
    'etcd:\n  key_file: "" # default\n  cert_file: "" # default\n  ca_file: "ca.pem" # hm.yml:5:3\n',
  );
  for (const key of configKeys()) expect(lines.join("\n")).toContain(`${key.path.at(-1)}:`);
});

Deno.test("showConfig() masks secrets that are set", () => {
  const shown = showConfig(parsed);
  expect(shown).not.toContain("canary");
  expect(shown).toContain('api_server_password: "***" # HM9000_API_SERVER_PASSWORD\n');
  expect(shown).toContain(
    'nats: [{"host":"a","port":4222,"user":"u","password":"***"}] # hm.yml:2:1',
  );
  expect(shown).toContain('cc_auth_password: "" # default');
  expect(JSON.stringify(showSettings(parsed))).not.toContain("canary");
});

Deno.test("showConfig() gives a file that means the same, secrets apart", () => {
  const again = parseConfig({ text: showConfig(parsed), path: "hm.yml", env });
  expect(again.warnings).toEqual([]);
  expect(again.settings.map(({ value }) => value)).toEqual(
    parsed.settings.map(({ value }) =>
      JSON.parse(JSON.stringify(value ?? null).replace("canary", "***")) ?? undefined
    )
      .map((value) => value === "***" ? "canary" : value),
  );
});

Deno.test("showSettings() gives the same as data", () => {
  const shown = showSettings(parsed);
  expect(shown).toHaveLength(configKeys().length);
  expect(shown).toContainEqual({ key: "log_level", value: "DEBUG", origin: "hm.yml:1:1" });
  expect(shown).toContainEqual({ key: "http_heartbeat_port", value: null, origin: "default" });
  const { store_urls: urls } = parseYaml(showConfig(parsed));
  expect(urls).toEqual([]);
});
