/**
 * Looks at each member of etcd by its JSON gateway, whichever transport is configured: whether it answers,
 * has a leader, raises alarms, has room, takes our credentials, and lets us read and write under `/hm/`.
 * Nothing is written: permission to is asked for by a transaction whose condition cannot hold.
 *
 * @module
 */

import type { StoreConfig } from "../config/config.ts";
import { describeError } from "../helpers/describe_error.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
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
  const tls = await readTls(member.config);
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

async function probePermission(subject: string, ask: Ask): Promise<Finding> {
  const key = btoa(`${HM_ROOT}doctor`);
  const answer = await ask("/v3/kv/txn", {
    "compare": [{ "key": key, "target": "VERSION", "result": "LESS", "version": "0" }],
    "success": [{ "request_put": { "key": key, "value": "" } }],
    "failure": [{ "request_range": { "key": key } }],
  });
  if (answer.status === 200) return fine(subject, `may read and write under ${HM_ROOT}`);
  const remedy = `give our user a role that may read and write the prefix ${HM_ROOT}`;
  return problem(subject, {
    message: `may not read and write under ${HM_ROOT}: ${answer.body}`,
    remedy,
  });
}

async function readTls({ etcdTls = {} }: StoreConfig) {
  const { caFile, certFile, keyFile } = etcdTls;
  return {
    ...(caFile !== undefined && { ca: await Deno.readTextFile(caFile) }),
    ...(certFile !== undefined && { cert: await Deno.readTextFile(certFile) }),
    ...(keyFile !== undefined && { key: await Deno.readTextFile(keyFile) }),
  };
}
