import { expect } from "expect";
import { parseConfig } from "../lib/config/parse_config.ts";
import { narrowPermissions } from "./narrow_permissions.ts";
import type { PermissionSet } from "./permission_flags.ts";

const base: PermissionSet = {
  net: true,
  read: true,
  write: true,
  env: { allow: ["HM9000_*"], ignore: true },
  sys: ["hostname"],
};

/** The set of a component under a configuration that names everything; `more` lays over it. */
function narrowed(component: string, more = ""): PermissionSet {
  const text = `store_urls: [https://10.0.0.1:2379, https://etcd.example.com:2379]
etcd_require_ssl: true
etcd: { ca_file: /etc/hm9000/etcd-ca.pem }
nats: [{ host: 10.0.0.4, port: 4222 }, { host: "::1", port: 4223 }]
nats_tls: { ca_file: /etc/hm9000/nats-ca.pem }
cc_base_url: https://10.0.0.9
cc_auth_user: user
cc_auth_password: password
api_server_address: 127.0.0.1
http_heartbeat_server_address: 0.0.0.0
http_heartbeat_port: 5335
api_server_tls: { key_file: /etc/hm9000/api.pem, cert_file: /etc/hm9000/api.pem }
ssl: { key_file: /etc/hm9000/key.pem, cert_file: /etc/hm9000/cert.pem }
${more}`;
  const files = { read: () => "secret", modeOf: () => undefined };
  const parsed = parseConfig({ text, path: "/etc/hm9000/hm9000.yml", env: {}, files });
  return narrowPermissions(component, { ...parsed, configPath: "/etc/hm9000/hm9000.yml", base });
}

const etcd = ["10.0.0.1:2379", "etcd.example.com"];
const nats = ["10.0.0.4:4222", "[::1]:4223"];
const systemd = "unix:/run/systemd/notify";
const always = ["/etc/hm9000/hm9000.yml", "/run/credentials", "/etc/hm9000/etcd-ca.pem"];

Deno.test("narrowPermissions() lets each component reach whom it talks to, and no one else", () => {
  const reached: Readonly<Record<string, readonly string[]>> = {
    "analyzer": [...etcd, systemd],
    "shredder": [...etcd, systemd],
    "sender": [...etcd, ...nats, systemd],
    "evacuator": [...etcd, ...nats, systemd],
    "api": [...etcd, ...nats, "127.0.0.1:5155", systemd],
    "actual_state_listener": [...etcd, ...nats, "0.0.0.0:5335", systemd],
    "desired_state_listener": [...etcd, "10.0.0.9:443", systemd],
    "hm9000": [...etcd, ...nats, "10.0.0.9:443", "127.0.0.1:5155", "0.0.0.0:5335", systemd],
  };
  for (const [component, hosts] of Object.entries(reached)) {
    expect(narrowed(component).net).toEqual(hosts);
  }
});

Deno.test("narrowPermissions() lets each component read its own files, and write none with etcd", () => {
  expect(narrowed("analyzer").read).toEqual(always);
  expect(narrowed("sender").read).toEqual([...always, "/etc/hm9000/nats-ca.pem"]);
  expect(narrowed("api").read).toContain("/etc/hm9000/api.pem");
  expect(narrowed("actual_state_listener").read).toEqual([
    ...always,
    ...["nats-ca", "key", "cert"].map((name) => `/etc/hm9000/${name}.pem`),
  ]);
  expect(narrowed("analyzer").write).toEqual(["/run/systemd/notify"]);
});

Deno.test("narrowPermissions() lets a component read the files that secrets stand in [S8]", () => {
  const more = "etcd_user: u\netcd_password_file: /run/e\n";
  expect(narrowed("shredder", more).read).toEqual([...always.slice(0, 2), "/run/e", always[2]]);
});

Deno.test("narrowPermissions() grants SQLite its files", () => {
  const files = ["", "-wal", "-shm", "-journal"].map((suffix) => `/var/lib/hm9000/s${suffix}`);
  const set = narrowed("shredder", "store_type: sqlite\nstore_path: /var/lib/hm9000/s");
  expect(set.write).toEqual([...files, "/run/systemd/notify"]);
  expect(set.read).toEqual(expect.arrayContaining(files));
  expect(set.net).toEqual([systemd]);
});

Deno.test("narrowPermissions() tells the host's name only to syslog and to collectors", () => {
  expect(narrowed("analyzer").sys).toBeUndefined();
  expect(narrowed("analyzer").env).toBe(base.env);
  const figures = narrowed("analyzer", "metrics_server_port: 7879");
  expect(figures.sys).toEqual(["hostname"]);
  expect(figures.net).toContain("127.0.0.1:7879");
  expect(narrowed("analyzer", "syslog_url: udp://10.0.0.7:514").net).toContain("10.0.0.7:514");
  const local = narrowed("analyzer", "syslog_url: unix:///dev/log");
  expect(local.write).toContain("/dev/log");
  expect(local.net).toContain("unix:/dev/log");
});

Deno.test("narrowPermissions() refuses what is no component", () => {
  expect(() => narrowed("analyser")).toThrow('"analyser"');
});
