import { expect } from "expect";
import { EventfulLogger } from "../../test_helpers/eventful_logger.ts";
import { MessageInbox } from "../../test_helpers/message_inbox.ts";
import { makeNatsAccount, makeUserKeys } from "../../test_helpers/nats_identities.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import type { NatsServerConfig } from "../config/config.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { RealTimeProvider } from "../helpers/real_time_provider.ts";
import { NatsBus } from "./nats_bus.ts";
import { natsLogin } from "./nats_login.ts";

const timeout = 60_000;

/** A server with this configuration, and a folder for files. */
async function withServer(
  config: string,
  use: (nats: NatsRunner, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-login-" });
  try {
    await Deno.writeTextFile(`${folder}/nats.conf`, config);
    await using nats = await NatsRunner.start({ args: ["--config", `${folder}/nats.conf`] });
    await use(nats, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function optionsFor(nats: NatsRunner, login: Partial<NatsServerConfig>) {
  return {
    servers: [{ host: nats.host, port: nats.port, user: "", password: "", ...login }],
    pingIntervalSeconds: 20,
    tls: undefined,
    name: "nats_login_test",
    time: new RealTimeProvider(),
    log: new EventfulLogger(),
    metrics: new MetricsRegistry(),
  };
}

/** Makes sure that a message gets through, also after the server was away. */
async function requireLogin(nats: NatsRunner, login: Partial<NatsServerConfig>): Promise<void> {
  const options = optionsFor(nats, login);
  await using bus = await NatsBus.connect(options);
  const inbox = new MessageInbox();
  bus.subscribe("a", inbox.take);
  bus.publish("a", "first");
  await inbox.waitFor(1);
  await nats.restart();
  await options.log.waitFor("Reconnected to NATS");
  bus.publish("a", "again");
  await inbox.waitFor(2);
}

/** What is logged when no connection comes about. */
async function refusal(
  { nats, login, message }: {
    readonly nats: NatsRunner;
    readonly login: Partial<NatsServerConfig>;
    readonly message: string;
  },
) {
  const options = optionsFor(nats, login);
  const stop = new AbortController();
  const connecting = NatsBus.connect({ ...options, signal: stop.signal });
  const line = await options.log.waitFor(message);
  stop.abort(new Error("enough"));
  await expect(connecting).rejects.toThrow("enough");
  return line;
}

const REFUSED = "NATS refuses us, will try again";
const UNREACHED = "Cannot reach NATS, will try again";

Deno.test({
  name: "NatsBus logs in with a token, and is refused with another [S9]",
  timeout,
  fn: () =>
    withServer(`authorization { token: "canary-token" }`, async (nats) => {
      await requireLogin(nats, { token: "canary-token" });
      const line = await refusal({ nats, login: { token: "canary-other" }, message: REFUSED });
      expect(String(line.fields["remedy"])).toContain("token");
      expect(JSON.stringify(line)).not.toContain("canary-other");
    }),
});

Deno.test({
  name: "NatsBus logs in with an nkey, and is refused with another [S9]",
  timeout,
  fn: async () => {
    const { publicKey, seed } = makeUserKeys();
    await withServer(`authorization { users: [{ nkey: ${publicKey} }] }`, async (nats) => {
      await requireLogin(nats, { nkeySeed: seed });
      const login = { nkeySeed: makeUserKeys().seed };
      await refusal({ nats, login, message: REFUSED });
      const broken = { nkeySeed: `SU${"A".repeat(56)}` };
      const line = await refusal({ nats, login: broken, message: UNREACHED });
      expect(String(line.fields["error"])).toContain("nkey_seed under nats is not the seed");
      expect(JSON.stringify(line)).not.toContain(broken.nkeySeed);
    });
  },
});

Deno.test({
  name: "NatsBus logs in with a credentials file, also with one that replaced it [S9] [S14]",
  timeout,
  fn: async () => {
    const account = makeNatsAccount();
    await withServer(account.serverConfig, async (nats, folder) => {
      const credentialsFile = `${folder}/hm9000.creds`;
      await refusal({ nats, login: { credentialsFile }, message: UNREACHED });
      await Deno.writeTextFile(credentialsFile, account.credentialsFor("hm9000"));
      await requireLogin(nats, { credentialsFile });
      await Deno.writeTextFile(credentialsFile, makeNatsAccount().credentialsFor("stranger"));
      await refusal({ nats, login: { credentialsFile }, message: REFUSED });
    });
  },
});

Deno.test("natsLogin() keeps to the last credentials file that could be used [S14]", async () => {
  const file = await Deno.makeTempFile();
  try {
    const account = makeNatsAccount();
    await Deno.writeTextFile(file, account.credentialsFor("first"));
    const login = natsLogin({ host: "a", port: 1, user: "", password: "", credentialsFile: file });
    login.check();
    const first = login.answer("nonce");
    await Deno.writeTextFile(file, "half of a");
    expect(login.answer("nonce")).toEqual(first);
    await Deno.writeTextFile(file, account.credentialsFor("second"));
    expect(login.answer("nonce")).not.toEqual(first);
  } finally {
    await Deno.remove(file);
  }
});
