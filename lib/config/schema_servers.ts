/**
 * The keys that say whom the program talks to and what it offers: Cloud Controller, message bus, API,
 * heartbeats over HTTP, log, figures. No password has a default (replaces API-21).
 *
 * @module
 */

import { z } from "zod";
import {
  filePath,
  flag,
  fraction,
  hostName,
  httpUrl,
  listeningPort,
  nkeySeed,
  oneOf,
  rareSecret,
  remotePort,
  secretKeys,
  secretText,
  subject,
  syslogUrl,
  text,
  token,
  wholeNumber,
  withFile,
} from "./field_types.ts";
import { tlsFileKeys } from "./schema_store.ts";

/** Keys of the Cloud Controller's bulk API, with their defaults. */
export const cloudControllerKeys = {
  "cc_base_url": z.union([z.literal(""), httpUrl()]).default("").describe(
    "Base URL of the Cloud Controller; required by the desired_state_listener",
  ).meta({ needs: "an http:// or https:// URL without user, password and query" }),
  "cc_auth_user": text().default("").describe("User of the Cloud Controller's bulk API"),
  ...secretKeys("cc_auth_password", "Password of cc_auth_user"),
  "cc_tls": tlsFileKeys("towards the Cloud Controller").describe(
    "TLS files of the connection to the Cloud Controller",
  ),
  "skip_cert_verify": flag().default(false).describe(
    "Do not verify the certificate of the Cloud Controller: for tests only",
  ),
  "desired_state_batch_size": wholeNumber().default(500).describe(
    "Apps asked for in one page of the bulk API",
  ),
  "fetcher_network_timeout_in_seconds": wholeNumber().default(10).describe(
    "Longest request to the Cloud Controller, in seconds",
  ),
  "allow_empty_desired_state": flag().default(false).describe(
    "Obey a Cloud Controller that says that nothing at all is desired",
  ),
  "desired_state_shrink_fraction_max": fraction().default(0.3).describe(
    "A fetch that would lose more than this share of the stored apps is not obeyed, provided it " +
      "also loses more than desired_state_shrink_apps_floor; 1 switches the check off",
  ),
  "desired_state_shrink_apps_floor": wholeNumber(0).default(20).describe(
    "Apps that a fetch may lose whatever share of all apps they are",
  ),
  "desired_state_shrink_confirmations": wholeNumber(0).default(0).describe(
    "Fetches in a row that must lose the same apps before they are obeyed, the first included; " +
      "0 for never: only hm9000 resume lets them through",
  ),
};

const natsMember = z.strictObject({
  "host": hostName().describe("Host name or address of the member"),
  "port": remotePort().default(4222).describe("Port of the member"),
  "user": text().default("").describe("User, empty for none"),
  "password": secretText().default("").describe("Password of the user"),
  "password_file": filePath().optional().describe(
    "Path of a file that holds password, instead of the value itself",
  ),
  ...rareSecret("token", secretText().describe("Token, instead of a user")),
  ...rareSecret("nkey_seed", nkeySeed().describe("Seed of an nkey, instead of a user")),
  "credentials_file": filePath().optional().describe(
    "Credentials file (.creds) with a JWT and its nkey, instead of a user; read at every connection",
  ),
}).meta({ needs: "a mapping of host, port, user and password" });

/** Keys of the message bus, with their defaults (CFG-22, CFG-23). */
export const messageBusKeys = {
  "message_bus_type": oneOf(["nats", "in_process"]).default("nats").describe(
    "Which message bus; in_process is for `all` and `demo` only",
  ),
  "nats": z.array(natsMember).default([]).describe("The members of the NATS cluster").meta({
    needs: "a list of members, each with host, port, user and password",
  }),
  "nats_client_ping_interval": wholeNumber().default(30).describe(
    "Seconds between two pings to the NATS server",
  ),
  "nats_tls": tlsFileKeys("towards NATS").describe("TLS files of the connection to NATS"),
  "sender_nats_start_subject": subject().default("hm9000.start").describe(
    "Subject of start messages",
  ),
  "sender_nats_stop_subject": subject().default("hm9000.stop").describe("Subject of stop messages"),
  "sender_message_limit": wholeNumber().default(60).describe(
    "Most start messages in one polling interval of the sender; stop messages are not limited",
  ),
  "sender_adaptive_limit": flag().default(false).describe(
    "Send more starts as those that were sent are seen to start, from sender_message_limit on",
  ),
  "sender_in_flight_max": wholeNumber().default(2_000).describe(
    "Most starts that are not seen to start yet, with sender_adaptive_limit",
  ),
};

/** Keys of the servers that the program runs, with their defaults. */
export const serverKeys = {
  "api_server_address": hostName().default("0.0.0.0").describe("Address the API listens on"),
  "api_server_port": listeningPort().default(5155).describe("Port of the API, 0 for any free one"),
  "api_server_username": text().default("").describe(
    "User of the API; without one it serves on a loopback address only",
  ),
  ...secretKeys("api_server_password", "Password of api_server_username"),
  ...withFile(
    "api_server_tokens",
    z.array(token()).default([]).describe(
      "Bearer tokens that the API accepts, beside or instead of a user; one in each line of a file",
    ).meta({ needs: "a list of tokens" }),
  ),
  "api_server_tls": tlsFileKeys("of the API").describe(
    "TLS files of the API; with ca_file, clients must show a certificate",
  ),
  "api_server_connections_max": wholeNumber().default(1_000).describe(
    "Most connections to the API at one time",
  ),
  "api_server_failed_logins_max": wholeNumber(0).default(20).describe(
    "Failed logins of one address in a minute after which it has to wait; 0 for no limit",
  ),
  "api_server_event_clients_max": wholeNumber(0).default(100).describe(
    "Most clients that may follow the API's events at one time",
  ),
  "http_heartbeat_server_address": hostName().default("0.0.0.0").describe(
    "Address on which heartbeats are taken over HTTP",
  ),
  "http_heartbeat_port": listeningPort().optional().describe(
    "Port on which heartbeats are taken over HTTP; they are not, unless it is given",
  ),
  "http_heartbeat_connections_max": wholeNumber().default(20_000).describe(
    "Most connections of DEAs at one time",
  ),
  "ssl": tlsFileKeys("of the HTTP heartbeat server").describe(
    "TLS files of the HTTP heartbeat server; with ca_file, clients must show a certificate",
  ),
  "metrics_server_address": hostName().default("127.0.0.1").describe(
    "Address on which figures are served; without metrics_server_user only a loopback address",
  ),
  "metrics_server_port": listeningPort().optional().describe(
    "Port on which a process serves its figures, 0 for any free one; not served unless given",
  ),
  "metrics_server_user": text().default("").describe(
    "User of /varz, announced to collectors; /metrics asks for none",
  ),
  ...secretKeys("metrics_server_password", "Password of metrics_server_user"),
  "metrics_server_tls": tlsFileKeys("of the server of figures").describe(
    "TLS files of the server of figures; with ca_file, clients must show a certificate",
  ),
  "trace_endpoint": z.union([z.literal(""), httpUrl()]).default("").describe(
    "Base URL of an OpenTelemetry collector that takes traces over HTTP; none are made unless given",
  ).meta({ needs: "an http:// or https:// URL without user, password and query" }),
};

/** Keys of the log, with their defaults (CFG-12..CFG-14). */
export const logKeys = {
  "log_level": oneOf(["", "DEBUG", "INFO", "WARN", "ERROR"]).default("INFO").describe(
    "The least that is logged; empty means INFO",
  ),
  "log_format": oneOf(["auto", "human", "json"]).default("auto").describe(
    "auto: for people on a terminal, JSON lines otherwise",
  ),
  "syslog_url": z.union([z.literal(""), syslogUrl()]).default("").describe(
    "Syslog to log to as well, udp://HOST:PORT or unix:///dev/log",
  ).meta({ needs: 'a syslog address, "udp://HOST:PORT" or "unix:///dev/log"' }),
};
