/**
 * What one component needs of a configuration beyond its being well-formed. A file is shared by
 * components that need different things, so this is asked when it is known which one is to run
 * (replaces CFG-16 and API-21).
 *
 * @module
 */

import { ConfigError, type ConfigProblem } from "./config_error.ts";
import type { ParsedConfig } from "./parse_config.ts";

/** What a configuration can be used for: a component, all of them, or a tool. */
export type ConfigUser =
  | "actual_state_listener"
  | "desired_state_listener"
  | "analyzer"
  | "sender"
  | "api"
  | "evacuator"
  | "shredder"
  | "all"
  | "demo"
  | "dump"
  | "explain"
  | "doctor"
  | "holds"
  | "tap"
  | "top";

interface Need {
  readonly key: string;
  readonly message: string;
}

const onBus: readonly ConfigUser[] = [
  "actual_state_listener",
  "sender",
  "api",
  "evacuator",
  "all",
  "tap",
];
const oneProcess: readonly ConfigUser[] = ["all", "demo"];
const tools: readonly ConfigUser[] = ["dump", "explain", "doctor", "holds", "top"];

/**
 * Makes sure that `user` can run with this configuration. `demo` needs nothing.
 *
 * @throws {ConfigError} with every key that is missing or does not fit
 */
export function requireFor(parsed: ParsedConfig, user: ConfigUser): void {
  const needs = [
    ...needsOfStore(parsed, user),
    ...needsOfBus(parsed, user),
    ...needsOfFetcher(parsed, user),
    ...needsOfApi(parsed, user),
    ...needsOfMetricsServer(parsed, user),
  ];
  if (needs.length > 0) throw new ConfigError(needs.map((need) => toProblem(parsed, need)));
}

/** Whether only this machine can reach a server that listens on `address`. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").toLowerCase();
  const ipv4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
  return ipv4 || bare === "localhost" || /^(?:0{0,4}:){1,7}0{0,3}1$/.test(bare);
}

function needsOfStore({ config }: ParsedConfig, user: ConfigUser): readonly Need[] {
  if (config.store.type !== "memory" || oneProcess.includes(user)) return [];
  // It listens to the bus alone.
  if (user === "tap") return [];
  const message = `"memory" is for all and demo only, since another process sees nothing of it; ` +
    `${user} needs etcd or sqlite`;
  return [{ key: "store_type", message }];
}

function needsOfBus({ config }: ParsedConfig, user: ConfigUser): readonly Need[] {
  const { type, servers } = config.messageBus;
  if (type === "in_process") {
    if (oneProcess.includes(user) || tools.includes(user)) return [];
    const message = `"in_process" is for all and demo only, since no other process hears it; ` +
      `${user} needs nats`;
    return [{ key: "message_bus_type", message }];
  }
  if (servers.length > 0 || !onBus.includes(user)) return [];
  return [{ key: "nats", message: `the value is missing; ${user} needs at least one NATS member` }];
}

function needsOfFetcher({ config }: ParsedConfig, user: ConfigUser): readonly Need[] {
  if (user !== "desired_state_listener" && user !== "all") return [];
  const { ccBaseUrl, credentials } = config.fetcher;
  const given = {
    "cc_base_url": ccBaseUrl,
    "cc_auth_user": credentials.user,
    "cc_auth_password": credentials.password,
  };
  return Object.entries(given).filter(([, value]) => value === "").map(([key]) => ({
    key,
    message: `the value is missing; ${user} needs it to fetch the desired state ` +
      `(set it in the file, or as HM9000_${key.toUpperCase()})`,
  }));
}

function needsOfApi({ config }: ParsedConfig, user: ConfigUser): readonly Need[] {
  if (user !== "api" && user !== "all") return [];
  const { address, credentials, tokens, tls } = config.api;
  const asksWho = credentials !== undefined || tokens.length > 0 || tls?.caFile !== undefined;
  if (asksWho || isLoopback(address)) return [];
  const message = `the value is missing; on "${address}" the API needs api_server_username and ` +
    `api_server_password, or api_server_tokens, or api_server_tls.ca_file, and without them an ` +
    `api_server_address of 127.0.0.1`;
  return [{ key: "api_server_username", message }];
}

function needsOfMetricsServer({ config }: ParsedConfig, user: ConfigUser): readonly Need[] {
  const { address, port, credentials, tls } = config.metricsServer;
  if (user === "demo" || user === "tap" || tools.includes(user) || port === undefined) return [];
  const asksWho = credentials !== undefined || tls?.caFile !== undefined;
  if (asksWho || isLoopback(address)) return [];
  const message = `the value is missing; to serve figures on "${address}" takes ` +
    `metrics_server_user and metrics_server_password, or metrics_server_tls.ca_file, and without ` +
    `them a metrics_server_address of 127.0.0.1`;
  return [{ key: "metrics_server_user", message }];
}

function toProblem(parsed: ParsedConfig, need: Need): ConfigProblem {
  const setting = parsed.settings.find(({ key }) => key.name === need.key);
  return { file: parsed.path, ...setting?.place, ...need };
}
