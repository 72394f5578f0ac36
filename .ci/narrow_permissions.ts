/**
 * What one component needs to be permitted under one configuration: the servers that it names, the files,
 * and nothing else. `deno task compile --for=hm9000.yml` bakes it in, in place of the set `component` of
 * deno.json, which fits every configuration and is therefore wide in places and hosts. Pure.
 *
 * A host that is given by name is permitted on all its ports: Deno's own look-up of the name asks for that.
 * Members of a NATS cluster that only the cluster itself tells of cannot be reached: name all of them.
 *
 * @module
 */

import type { Config, TlsFiles } from "../lib/config/config.ts";
import type { PermissionSet } from "./permission_flags.ts";

/** Whom a component talks to, besides the store and whoever collects its figures. */
const REACHES: Readonly<Record<string, { nats?: true; cc?: true; api?: true; heartbeats?: true }>> =
  {
    "actual_state_listener": { nats: true, heartbeats: true },
    "desired_state_listener": { cc: true },
    "analyzer": {},
    "sender": { nats: true },
    "api": { nats: true, api: true },
    "evacuator": { nats: true },
    "shredder": {},
    "hm9000": { nats: true, cc: true, api: true, heartbeats: true },
  };

/** Where systemd puts credentials, and where it listens. */
const CREDENTIALS = "/run/credentials";
const NOTIFY_SOCKET = "/run/systemd/notify";

/** What SQLite puts beside its file. */
const SQLITE_SUFFIXES = ["", "-wal", "-shm", "-journal"];

/** A configuration, whose file and whose paths are absolute. */
export interface NarrowOptions {
  readonly config: Config;
  readonly configPath: string;
  /** The files beside it that secrets stand in. */
  readonly secretFiles: readonly string[];
  /** The set that fits every configuration; its environment is kept. */
  readonly base: PermissionSet;
}

/**
 * The permission set of `component`, or of `hm9000`, which may be any of them.
 *
 * @throws {Error} when there is no such component
 */
export function narrowPermissions(component: string, options: NarrowOptions): PermissionSet {
  const { config, configPath, secretFiles, base } = options;
  const reaches = REACHES[component];
  if (reaches === undefined) throw new Error(`Cannot say what "${component}" needs: it is unknown`);
  const sockets = [NOTIFY_SOCKET, ...syslogSocket(config)];
  const database = config.store.type === "sqlite"
    ? SQLITE_SUFFIXES.map((suffix) => `${config.store.path}${suffix}`)
    : [];
  const named = config.log.syslogUrl !== undefined || config.metricsServer.port !== undefined;
  return {
    net: unique([
      ...storeHosts(config),
      ...(reaches.nats ? natsHosts(config) : []),
      ...(reaches.cc ? hostsOf([config.fetcher.ccBaseUrl]) : []),
      ...(reaches.api ? [at(config.api.address, config.api.port)] : []),
      ...(reaches.heartbeats ? listens(config.listener.httpAddress, config.listener.httpPort) : []),
      ...listens(config.metricsServer.address, config.metricsServer.port),
      ...syslogHost(config),
      ...sockets.map((path) => `unix:${path}`),
    ]),
    read: unique([
      configPath,
      CREDENTIALS,
      ...secretFiles,
      ...database,
      ...tlsFiles(config, reaches),
    ]),
    write: unique([...database, ...sockets]),
    ...(base.env === undefined ? {} : { env: base.env }),
    ...(named && base.sys !== undefined ? { sys: base.sys } : {}),
  };
}

function storeHosts({ store }: Config): string[] {
  return store.type === "etcd" ? hostsOf(store.urls) : [];
}

function natsHosts({ messageBus: { type, servers } }: Config): string[] {
  return type === "nats" ? servers.map(({ host, port }) => at(host, port)) : [];
}

function hostsOf(urls: readonly string[]): string[] {
  return urls.filter((url) => url !== "").map((url) => {
    const { hostname, port, protocol } = new URL(url);
    return at(hostname, port === "" ? protocol === "https:" ? 443 : 80 : Number(port));
  });
}

function listens(address: string, port: number | undefined): string[] {
  return port === undefined ? [] : [at(address, port)];
}

function syslogHost({ log: { syslogUrl } }: Config): string[] {
  if (syslogUrl === undefined || !syslogUrl.startsWith("udp:")) return [];
  const { hostname, port } = new URL(syslogUrl);
  return [at(hostname, Number(port))];
}

function syslogSocket({ log: { syslogUrl } }: Config): string[] {
  if (syslogUrl === undefined || !syslogUrl.startsWith("unix:")) return [];
  return [decodeURIComponent(new URL(syslogUrl).pathname)];
}

function at(host: string, port: number): string {
  const bare = host.replace(/^\[|\]$/g, "");
  if (bare.includes(":")) return `[${bare}]:${port}`;
  return /^[\d.]+$/.test(bare) ? `${bare}:${port}` : bare;
}

function tlsFiles(config: Config, reaches: typeof REACHES[string]): string[] {
  const sets: readonly (TlsFiles | undefined)[] = [
    config.store.etcdTls,
    reaches.nats ? config.messageBus.tls : undefined,
    reaches.heartbeats ? config.listener.tls : undefined,
    reaches.api ? config.api.tls : undefined,
    reaches.cc ? config.fetcher.tls : undefined,
    config.metricsServer.tls,
  ];
  return sets.flatMap((files) => [files?.keyFile, files?.certFile, files?.caFile])
    .filter((file) => file !== undefined);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
