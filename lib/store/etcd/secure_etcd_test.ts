import { expect } from "expect";
import {
  CertificateAuthority,
  type CertificateFiles,
} from "../../../test_helpers/certificate_authority.ts";
import { EtcdRunner } from "../../../test_helpers/etcd_runner.ts";
import { EventfulLogger } from "../../../test_helpers/eventful_logger.ts";
import { FakeRandom } from "../../../test_helpers/fake_random.ts";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import type { TlsFiles } from "../../config/config.ts";
import { EtcdStore } from "../etcd_store.ts";
import type { Store, Transaction } from "../store.ts";

const TRANSPORTS = ["grpc", "http"] as const;
const SHUT_OUT = /certificate|fatal alert|hang|reset|EPIPE|closed/i;

function put(key: string): Transaction {
  return { guards: [], mutations: [{ kind: "put", key, value: "" }] };
}

async function outcome(store: Store, key = "/hm/a"): Promise<string> {
  try {
    await store.transact(put(key));
    return "fine";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Two authorities; etcd trusts the first. */
async function withAuthorities(
  use: (authorities: {
    readonly ours: CertificateAuthority;
    readonly theirs: CertificateAuthority;
    readonly folder: string;
  }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-etcd-tls-" });
  try {
    for (const name of ["ours", "theirs", "used"]) await Deno.mkdir(`${folder}/${name}`);
    const ours = await CertificateAuthority.create(`${folder}/ours`);
    const theirs = await CertificateAuthority.create(`${folder}/theirs`);
    await use({ ours, theirs, folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function startEtcd(server: CertificateFiles, client: CertificateFiles): Promise<EtcdRunner> {
  return EtcdRunner.start({ tls: { clientCertificates: true, certificates: { server, client } } });
}

async function open(
  etcd: EtcdRunner,
  { transport, tls }: { readonly transport: "grpc" | "http"; readonly tls: TlsFiles },
) {
  const deps = {
    time: new FakeTimeProvider(),
    log: new EventfulLogger(),
    random: new FakeRandom(),
  };
  const store = await EtcdStore.open({ urls: etcd.urls, transport, tls, ...deps });
  return { store, ...deps, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

Deno.test("EtcdStore is shut out with no certificate, an ended one, or one of another authority [S2]", async () => {
  await withAuthorities(async ({ ours, theirs }) => {
    const client = await ours.issue("client");
    await using etcd = await startEtcd(await ours.issue("server"), client);
    const { caFile } = ours;
    const shown: Readonly<Record<string, TlsFiles>> = {
      "nothing": { caFile },
      "one that has ended": await ours.issue("ended", { ended: true }),
      "one of another authority": { ...await theirs.issue("client"), caFile },
    };
    for (const transport of TRANSPORTS) {
      await using trusted = await open(etcd, { transport, tls: client });
      expect(await outcome(trusted.store)).toBe("fine");
      for (const [what, tls] of Object.entries(shown)) {
        await using refused = await open(etcd, { transport, tls });
        expect([what, await outcome(refused.store)]).toEqual([
          what,
          expect.stringMatching(SHUT_OUT),
        ]);
      }
    }
  });
});

Deno.test("EtcdStore does not speak to a server with a certificate of another name, or an ended one [S2]", async () => {
  await withAuthorities(async ({ ours }) => {
    const client = await ours.issue("client");
    for (const options of [{ hosts: "DNS:elsewhere.example" }, { ended: true }]) {
      // etcd is asked for its health before it serves: it starts with a certificate that will do.
      const server = await ours.issue("server");
      await using etcd = await startEtcd(server, client);
      const wrong = await ours.issue("replacing", options);
      await Deno.copyFile(wrong.certFile, server.certFile);
      await Deno.copyFile(wrong.keyFile, server.keyFile);
      for (const transport of TRANSPORTS) {
        await using misled = await open(etcd, { transport, tls: client });
        expect([options, await outcome(misled.store)]).toEqual([
          options,
          expect.stringMatching(/check the authority, the certificate and the host name/),
        ]);
      }
    }
  });
});

for (const transport of TRANSPORTS) {
  Deno.test(`EtcdStore over ${transport} takes new certificates without a restart, and its watch loses nothing [S14]`, async () => {
    await withAuthorities(async ({ ours, theirs, folder }) => {
      const client = await ours.issue("client");
      await using etcd = await startEtcd(await ours.issue("server"), client);
      const used = { keyFile: `${folder}/used/key.pem`, certFile: `${folder}/used/cert.pem` };
      const place = async ({ keyFile, certFile }: CertificateFiles) => {
        await Deno.copyFile(keyFile, used.keyFile);
        await Deno.copyFile(certFile, used.certFile);
      };
      await place(client);
      await using f = await open(etcd, { transport, tls: { ...used, caFile: ours.caFile } });
      const look = async (renewals: number) => {
        await f.time.waitForSleeper();
        f.time.advance(30_000);
        await f.log.waitFor("Connecting to etcd with new certificates", renewals);
      };
      const heard: string[] = [];
      const stop = new AbortController();
      const watching = (async () => {
        for await (const { events } of f.store.watch("/hm/", { signal: stop.signal })) {
          for (const event of events) {
            heard.push(event.kind === "put" ? event.entry.key : event.key);
          }
          if (heard.length === 2) stop.abort();
        }
      })();
      expect(await outcome(f.store, "/hm/1")).toBe("fine");
      await place(await ours.issue("renewed"));
      await look(1);
      // The first connections end a little later, and the watch goes on over those that replaced them.
      f.time.advance(5_000);
      await f.log.waitFor("Store watch interrupted");
      expect(await outcome(f.store, "/hm/2")).toBe("fine");
      f.time.advance(5_000);
      await watching;
      expect(heard).toEqual(["/hm/1", "/hm/2"]);
      await place(await theirs.issue("client"));
      await look(2);
      expect(await outcome(f.store, "/hm/3")).toMatch(SHUT_OUT);
    });
  });
}
