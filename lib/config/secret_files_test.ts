import { expect } from "expect";
import { configKeys } from "./config_keys.ts";
import { ConfigError } from "./config_error.ts";
import type { Environment } from "./env_overrides.ts";
import { parseConfig } from "./parse_config.ts";
import { filedNamesAt, type SecretFiles } from "./secret_files.ts";
import { showConfig } from "./show_config.ts";

/** Files of a test: texts and modes by path. */
function filesOf(texts: Readonly<Record<string, string>>, mode = 0o100600): SecretFiles {
  return {
    read: (path) => {
      const text = texts[path];
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    },
    modeOf: () => mode,
  };
}

function parse(text: string, files: SecretFiles, env: Environment = {}) {
  return parseConfig({ text, path: "/etc/hm9000/hm.yml", env, files });
}

function problemsOf(text: string, files: SecretFiles, env: Environment = {}): string {
  try {
    parse(text, files, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

Deno.test("every key that is a secret may stand in a file of its own [S5]", () => {
  const names = configKeys().map(({ name }) => name);
  const secrets = configKeys().filter(({ secret, kind }) => secret && kind !== "member_list");
  expect(secrets.length).toBeGreaterThan(4);
  for (const { name } of secrets) expect(names).toContain(`${name}_file`);
  expect(filedNamesAt([])).toEqual(secrets.map(({ name }) => name));
  expect(filedNamesAt(["nats", 0])).toEqual(["password", "token", "nkey_seed"]);
});

Deno.test("parseConfig() takes a secret from the file that is named, without its last line break [S5]", () => {
  const files = filesOf({ "/etc/hm9000/cc": "hunter2\n" });
  const { config, secretFiles } = parse(
    "cc_auth_password_file: cc\nnats: [{host: a, user: u, password_file: /etc/hm9000/cc}]",
    files,
  );
  expect(config.fetcher.credentials.password).toBe("hunter2");
  expect(config.messageBus.servers[0]?.password).toBe("hunter2");
  expect(secretFiles).toEqual(["/etc/hm9000/cc"]);
});

Deno.test("parseConfig() takes a token from each line of a file [S5]", () => {
  const tokens = ["a-token-of-the-first", "a-token-of-the-second"];
  const files = filesOf({ "/run/tokens": `${tokens.join("\r\n")}\n\n` });
  expect(parse("api_server_tokens_file: /run/tokens", files).config.api.tokens).toEqual(tokens);
});

Deno.test("parseConfig() finds what systemd gives it under the key's own name, or where a path says so [S5]", () => {
  const files = filesOf({ "/run/c/etcd_password": "e", "/run/c/bus": "n" });
  const env = { "CREDENTIALS_DIRECTORY": "/run/c" };
  const text = "etcd_user: u\netcd_password: of the file\n" +
    "nats: [{host: a, user: u, password_file: $CREDENTIALS_DIRECTORY/bus}]\n" +
    "etcd: {ca_file: $CREDENTIALS_DIRECTORY/ca.pem}";
  const { config } = parse(text, files, env);
  expect(config.store.etcdCredentials).toEqual({ user: "u", password: "e" });
  expect(config.messageBus.servers[0]?.password).toBe("n");
  expect(config.store.etcdTls?.caFile).toBe("/run/c/ca.pem");
});

Deno.test("parseConfig() lets the environment go before every file [S5]", () => {
  const files = filesOf({ "/run/c/cc_auth_password": "credential", "/run/x": "x", "/run/y": "y" });
  const password = (text: string, env: Environment) =>
    parse(text, files, env).config.fetcher.credentials.password;
  const folder = { "CREDENTIALS_DIRECTORY": "/run/c" };
  const value = { "HM9000_CC_AUTH_PASSWORD": "value" };
  const file = { "HM9000_CC_AUTH_PASSWORD_FILE": "/run/y" };
  expect(password("", { ...folder, ...value })).toBe("value");
  expect(password("cc_auth_password_file: /run/x", value)).toBe("value");
  expect(password("cc_auth_password: z", file)).toBe("y");
  expect(password("cc_auth_password_file: /run/x", file)).toBe("y");
  expect(password("cc_auth_password_file: /run/x", folder)).toBe("x");
});

Deno.test("parseConfig() says which file is missing, empty, or one too many, and what is wrong in it", () => {
  const files = filesOf({
    "/run/empty": "\n",
    "/run/x": "canary",
    "/run/long": "x".repeat(70_000),
  });
  const refused = (text: string, env?: Environment) => problemsOf(text, files, env);
  expect(refused("cc_auth_password_file: /run/none")).toBe(
    '/etc/hm9000/hm.yml:1:24: cc_auth_password_file: the file "/run/none" cannot be read: ' +
      "there is no such file",
  );
  expect(refused("cc_auth_password_file: /run/empty")).toContain('the file "/run/empty" is empty');
  expect(refused("cc_auth_password_file: /run/long")).toContain("longer than a secret can be");
  expect(refused("cc_auth_password: a\ncc_auth_password_file: /run/x")).toContain("both");
  const both = { "HM9000_CC_AUTH_PASSWORD": "a", "HM9000_CC_AUTH_PASSWORD_FILE": "/run/x" };
  expect(refused("", both)).toContain("HM9000_CC_AUTH_PASSWORD_FILE: cc_auth_password_file: both");
  const token = refused("api_server_tokens_file: /run/x");
  expect(token).toContain("/run/x: api_server_tokens[0]: a text is not a token");
  expect(token).not.toContain("canary");
});

Deno.test("parseConfig() says why a file cannot be read, without files too", () => {
  const failing = (error: Error): SecretFiles => ({
    read: () => {
      throw error;
    },
    modeOf: () => undefined,
  });
  const text = "cc_auth_password_file: x";
  expect(problemsOf(text, failing(new Deno.errors.PermissionDenied("no")))).toContain(
    "permission denied",
  );
  expect(problemsOf(text, failing(new Deno.errors.IsADirectory("no")))).toContain("a directory");
  expect(problemsOf(text, failing(new RangeError("canary")))).toContain("RangeError");
  expect(() => parseConfig({ text, path: "hm.yml", env: {} })).toThrow("there is no such file");
});

Deno.test("parseConfig() warns of files with secrets that others may read or change [S6]", () => {
  const text = "cc_auth_password_file: /run/x\nssl: {key_file: k.pem, cert_file: c.pem}\n";
  const warnings = (mode: number, more = "") =>
    parse(text + more, filesOf({ "/run/x": "x" }, mode)).warnings;
  expect(warnings(0o100640)).toEqual([]);
  expect(warnings(0o100400)).toEqual([]);
  expect(warnings(0o100644)).toEqual([
    "/run/x: there are secrets in this file, and its mode is 0644; let nobody else read it, nor " +
    "its group change it: chmod 0640",
    expect.stringMatching(/^\/etc\/hm9000\/k\.pem: .*chmod 0640$/),
  ]);
  expect(warnings(0o100620)).toHaveLength(2);
  expect(warnings(0o100644, "etcd_user: u\netcd_password: p")[0]).toMatch(
    /^\/etc\/hm9000\/hm\.yml: /,
  );
  expect(warnings(0o100644, "nats: [{host: a, credentials_file: /run/hm.creds}]")[1]).toMatch(
    /^\/run\/hm\.creds: /,
  );
});

Deno.test("showConfig() masks a secret that came from a file, and says from which [S7]", () => {
  const parsed = parse("cc_auth_password_file: /run/x", filesOf({ "/run/x": "canary" }));
  const shown = showConfig(parsed);
  expect(shown).toContain('cc_auth_password: "***" # /run/x\n');
  expect(shown).not.toContain("canary");
});

Deno.test("parseConfig() lets a NATS member be logged in to in one way only", () => {
  const files = filesOf({});
  const member = (text: string) => problemsOf(`nats: [{host: a, ${text}}]`, files);
  expect(member("user: u, token: t")).toContain("nats[0]: user and token are set");
  expect(member("password: p")).toContain("nats[0].user: the value is missing");
  expect(member("nkey_seed: SUcanary")).toMatch(/nats\[0\]\.nkey_seed: a text is not the seed/);
  for (const fine of ["user: u, password: p", "token: t", "credentials_file: x", "port: 1"]) {
    expect([fine, member(fine)]).toEqual([fine, ""]);
  }
});
