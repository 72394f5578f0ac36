import { expect } from "expect";
import fc from "fast-check";
import { ConfigError } from "./config_error.ts";
import { configKeys } from "./config_keys.ts";
import { type Environment } from "./env_overrides.ts";
import { parseConfig } from "./parse_config.ts";

function problemsOf(text: string, env: Environment = {}): readonly string[] {
  try {
    parseConfig({ text, path: "hm.yml", env });
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}

Deno.test("parseConfig() never quotes a secret, whatever is wrong with the text", () => {
  const canary = "hunter2canary";
  const secrets = configKeys().filter(({ secret }) => secret);
  expect(secrets.map(({ name }) => name)).toEqual([
    "cc_auth_password",
    "etcd_password",
    "nats",
    "api_server_password",
    "api_server_tokens",
    "metrics_server_password",
  ]);
  const shapes = [
    `[${canary}]`,
    `{${canary}: ${canary}}`.replace(`${canary}: `, "a: "),
    `*${canary}`,
    `!${canary} a`,
    `@${canary}`,
    `"\\${canary}"`,
    `"${canary}`,
    `'${canary}`,
    `${canary}: b: c`,
    `[${canary}`,
    `%${canary}`,
    `|\n${canary}`,
    `&${canary} *${canary}`,
    `\t${canary}\n\t: x`,
    `!!binary ${canary}`,
    `!!int ${canary}`,
    `\`${canary}`,
    `${canary}\n${canary}`,
  ];
  for (const { name } of secrets) {
    for (const shape of shapes) {
      const member = `nats: [{host: a, password: ${shape}}]`;
      const texts = [`${name}: ${shape}`, `${name}:${canary}`, `{${name}:${canary}}`, member];
      texts.push(`${name}:${canary}\nlog_level: INFO`, `nats: [{host: a, password:${canary}}]`);
      texts.push(`nats: [{host: "nats://u:${canary}@h"}]`, `store_urls: ["http://u:${canary}@h"]`);
      texts.push(`cc_base_url: https://${canary}@cc`, `cc_base_url: https://cc?token=${canary}`);
      for (const text of texts) expect(problemsOf(text).join("\n")).not.toContain(canary);
    }
  }
  for (const shape of shapes) {
    const env = { "HM9000_NATS": shape, "HM9000_UNKNOWN": canary, "HM9000_LOG_LEVEL": "x" };
    const problems = problemsOf("", env).join("\n");
    expect(problems).toContain("HM9000_LOG_LEVEL: log_level:");
    expect(problems).not.toContain(canary);
  }
});

Deno.test("parseConfig() throws nothing but ConfigError, whatever the text", () => {
  const piece = fc.constantFrom(
    "nats",
    "etcd",
    ": ",
    "\n",
    " ",
    "[",
    "]",
    "{",
    "}",
    "- ",
    "&a ",
    "*a",
    "'",
    '"',
    "#",
    "|",
    ">",
    "!",
    "%",
    "?",
    ",",
    "1",
    "\t",
    "__proto__",
    "<<",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      problemsOf(pieces.join(""), { "HM9000_NATS": pieces.join("") });
    }),
    { numRuns: 300 },
  );
});
