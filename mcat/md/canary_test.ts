/**
 * Secrets that nothing else holds are configured wherever one can be, and looked for in all that comes out:
 * output, log, arguments, answers, figures (I20, S5, S7).
 */

import { expect } from "expect";
import { configKeys } from "../../lib/config/config_keys.ts";
import { encodeBasicAuth } from "../../lib/models/basic_auth.ts";
import { freePorts } from "../../test_helpers/free_port.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { ComponentProcess } from "./component_process.ts";

/** What every canary has in it, and what is made of it on the wire. */
const CANARY = "c4n4ry";
const TOOLS = [
  ["config", "show"],
  ["config", "show", "--json"],
  ["config", "check"],
  ["doctor"],
  ["doctor", "--json"],
  ["dump"],
  ["explain", "app"],
  ["tap", "starts", "--for=1"],
  ["analyzer", "--once"],
  ["sender", "--once"],
  ["desired_state_listener", "--once"],
];

const canary = (name: string) => `${CANARY}-of-${name}`;

/** The top-level keys that are secrets, each with its canary, and who they are the secrets of. */
function secretValues(): Record<string, unknown> {
  const secrets = configKeys().filter(({ secret, kind }) => secret && kind !== "member_list");
  const users = ["etcd_user", "api_server_username", "metrics_server_user"];
  return Object.fromEntries([
    ...users.map((name) => [name, "user"]),
    ...secrets.map((
      { name, kind },
    ) => [name, kind === "text_list" ? [canary(name)] : canary(name)]),
  ]);
}

/** A Cloud Controller that refuses, and is careless enough to say what it was sent. */
function echoingCloudController(): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  return Deno.serve(
    options,
    (request) => new Response(`no: ${request.headers.get("authorization")}`, { status: 401 }),
  );
}

class Fixture implements AsyncDisposable {
  readonly said: string[] = [];

  private constructor(
    readonly folder: string,
    readonly cloudController: Deno.HttpServer<Deno.NetAddr>,
  ) {}

  static async open(): Promise<Fixture> {
    return new Fixture(await Deno.makeTempDir({ prefix: "hm9000-md-" }), echoingCloudController());
  }

  /** Writes the configuration, which nobody else may read. */
  async configure(values: Record<string, unknown>): Promise<void> {
    const base = {
      "heartbeat_period_in_seconds": 1,
      "store_path": `${this.folder}/hm9000.sqlite`,
      "cc_base_url": `http://127.0.0.1:${this.cloudController.addr.port}`,
      "cc_auth_user": "user",
      "log_level": "DEBUG",
      "log_format": "json",
    };
    const options = { mode: 0o600 };
    await Deno.writeTextFile(
      `${this.folder}/hm.yml`,
      JSON.stringify({ ...base, ...values }),
      options,
    );
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ComponentProcess {
    return new ComponentProcess({ args: [...args, `--config=${this.folder}/hm.yml`], env });
  }

  /** Runs a command to its end and keeps all that it said, and its arguments. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    await using process = this.start(args, env);
    await this.keepArguments(process);
    const { stdout, stderr } = await process.ended();
    this.said.push(`${args.join(" ")}\n${stdout}${stderr}`);
  }

  async keepArguments({ pid }: ComponentProcess): Promise<void> {
    this.said.push(await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => ""));
  }

  /** Nowhere in what was said is a canary, as it is or as it goes over the wire. */
  requireSilence(): void {
    expect(this.said.join("").length).toBeGreaterThan(1_000);
    for (const text of this.said) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(encodeBasicAuth({ user: "user", password: CANARY }).slice(6, 20));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloudController.shutdown();
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("no tool shows a secret of the file, whatever refuses it or is away [I20] [S7]", async () => {
  await using fixture = await Fixture.open();
  await fixture.configure({
    ...secretValues(),
    "store_urls": ["http://127.0.0.1:1"],
    "nats": [{ "host": "127.0.0.1", "port": 1, "user": "user", "password": canary("nats") }],
  });
  for (const args of TOOLS) await fixture.run(args);
  expect(fixture.said.join("")).toContain("hm.yml: ok");
  await fixture.configure({ ...secretValues(), "cc_auth_pasword": 1, "sender_message_limit": "x" });
  await fixture.run(["config", "check"]);
  fixture.requireSilence();
});

Deno.test("no tool shows a secret of a file of its own, of systemd's or of the environment [I20] [S5] [S7]", async () => {
  await using fixture = await Fixture.open();
  const { folder } = fixture;
  await Deno.writeTextFile(`${folder}/filed`, canary("filed"), { mode: 0o600 });
  await Deno.mkdir(`${folder}/credentials`);
  const given = `${folder}/credentials/metrics_server_password`;
  await Deno.writeTextFile(given, canary("given"), { mode: 0o600 });
  await fixture.configure({
    "metrics_server_user": "user",
    "api_server_username": "user",
    "api_server_password_file": `${folder}/filed`,
    "nats": [{ "host": "127.0.0.1", "port": 1, "user": "u", "password_file": `${folder}/filed` }],
  });
  const env = {
    "HM9000_CC_AUTH_PASSWORD": canary("environment"),
    "CREDENTIALS_DIRECTORY": `${folder}/credentials`,
  };
  for (const args of TOOLS) await fixture.run(args, env);
  expect(fixture.said.join("")).toContain("hm.yml: ok");
  fixture.requireSilence();
});

Deno.test("no log, answer or figure of what runs shows a secret [I20] [S7]", async () => {
  await using fixture = await Fixture.open();
  await using nats = await NatsRunner.start();
  const [apiPort = 0, metricsPort = 0] = freePorts(2);
  const secrets = secretValues();
  await fixture.configure({
    ...secrets,
    "nats": [{ ...nats.server }],
    ...{ "api_server_port": apiPort },
    ...{ "api_server_address": "127.0.0.1" },
    ...{ "metrics_server_address": "127.0.0.1", "metrics_server_port": metricsPort },
  });
  await using process = fixture.start(["all"]);
  await fixture.keepArguments(process);
  await process.logged("Answering HTTP requests");
  await process.logged("A pass failed"); // The Cloud Controller refuses, and says what it was sent.
  const passwords = [secrets["api_server_password"], secrets["metrics_server_password"], CANARY];
  for (const port of [apiPort, metricsPort]) {
    for (
      const path of [
        "/",
        "/v1/fleet",
        "/v1/apps/app",
        "/bulk_app_state",
        "/metrics",
        "/varz",
        "/nothing",
      ]
    ) {
      for (const password of passwords) {
        const headers = {
          "authorization": encodeBasicAuth({ user: "user", password: String(password) }),
        };
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
        fixture.said.push(JSON.stringify([...answer.headers]), await answer.text());
      }
    }
  }
  const { stdout, stderr } = await process.end("SIGTERM");
  fixture.said.push(stdout, stderr);
  fixture.requireSilence();
});
