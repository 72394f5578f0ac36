/**
 * Looks at each member of etcd by its JSON gateway, whichever transport is configured: whether it answers,
 * has a leader, raises alarms, has room, takes our credentials, and lets us read and write under `/hm/`.
 * Nothing is written: permission to is asked for by a transaction whose condition cannot hold.
 *
 * @module
 */

import type { StoreConfig } from "../config/config.ts";
import { describeError } from "../helpers/describe_error.ts";
import { readTlsFiles } from "../helpers/read_tls_files.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { prefixEnd } from "../store/etcd/wire.ts";
import { HM_ROOT } from "../store/layout.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";
import { type HttpProbed, probeHttp } from "./http_probe.ts";
import { judgeClock } from "./judge_clock.ts";
import { judgeEtcdStatus } from "./judge_etcd.ts";

const TIMEOUT_MS = 5_000;

/** Asks one member. */
type Ask = (path: string, json: unknown) => Promise<HttpProbed>;

/** Looks at every member; never throws. */
export async function probeEtcd(
  config: StoreConfig,
  time: TimeProvider,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(config.urls.map(async (url) => {
    const subject = `etcd ${url}`;
    try {
      return await probeMember(subject, { url, config, time });
    } catch (error) {
      const remedy = "check store_urls, that it is up, and the TLS files under etcd";
      return [problem(subject, { message: `no answer: ${describeError(error)}`, remedy })];
    }
  }));
  return findings.flat();
}

async function probeMember(
  subject: string,
  member: { readonly url: string; readonly config: StoreConfig; readonly time: TimeProvider },
): Promise<readonly Finding[]> {
  const tls = await readTlsFiles(member.config.etcdTls);
  const asking = (headers: Readonly<Record<string, string>>): Ask => (path, json) =>
    probeHttp({
      url: `${member.url.replace(/\/+$/, "")}${path}`,
      json,
      headers,
      timeoutMs: TIMEOUT_MS,
      verify: true,
      tls,
    });
  const token = await authenticate(subject, { ask: asking({}), config: member.config });
  if (typeof token === "object") return [token];
  const ask = asking(token === "" ? {} : { "authorization": token });
  const status = await ask("/v3/maintenance/status", {});
  if (status.status === 404) {
    const remedy = "nothing, or start it without --enable-grpc-gateway=false to have it looked at";
    return [
      warning(subject, { message: "it answers, but has no JSON gateway to look at it by", remedy }),
    ];
  }
  const alarms = await ask("/v3/maintenance/alarm", { "action": "GET" });
  return [
    ...judgeEtcdStatus(subject, { status: status.body, alarms: alarms.body }),
    ...judgeClock(subject, { date: status.date, now: member.time.now() }),
    await probePermission(subject, ask),
  ];
}

/** A token, empty without authentication, or why there is none. */
async function authenticate(
  subject: string,
  { ask, config }: { readonly ask: Ask; readonly config: StoreConfig },
): Promise<string | Finding> {
  const { etcdCredentials } = config;
  if (etcdCredentials === undefined) return "";
  const { user, password } = etcdCredentials;
  const answer = await ask("/v3/auth/authenticate", { "name": user, "password": password });
  if (answer.status === 200) return String(JSON.parse(answer.body)["token"]);
  const remedy = "check etcd_user and HM9000_ETCD_PASSWORD, and that authentication is enabled";
  return problem(subject, { message: "it refuses our credentials", remedy });
}

/** Whether we may read all of our prefix, and write to it. */
async function probePermission(subject: string, ask: Ask): Promise<Finding> {
  const [key, end] = [btoa(HM_ROOT), btoa(prefixEnd(HM_ROOT))];
  const reading = await ask("/v3/kv/range", { "key": key, "range_end": end, "limit": "1" });
  const writing = await ask("/v3/kv/txn", {
    "compare": [{ "key": key, "target": "VERSION", "result": "LESS", "version": "0" }],
    "success": [{ "request_put": { "key": key, "value": "" } }],
  });
  if (writing.status === 200) return fine(subject, `may read and write under ${HM_ROOT}`);
  if (reading.status === 200) {
    // One that only answers can do its work all the same.
    const message = `may not write under ${HM_ROOT}: ${writing.body}`;
    const remedy = `fine for the api; all others need a role that may write the prefix ${HM_ROOT}`;
    return problem(subject, { message, remedy });
  }
  const remedy = `give our user a role that may read and write the prefix ${HM_ROOT}: ` +
    `etcdctl role grant-permission ROLE --prefix=true readwrite ${HM_ROOT}`;
  const message = `may not read and write under ${HM_ROOT}: ${reading.body}`;
  return problem(subject, { message, remedy });
}
