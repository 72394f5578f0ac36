/**
 * What keys must be to each other, whichever component runs: user and password together, key and
 * certificate together, an address for the store that is chosen, durations that timers can hold.
 *
 * @module
 */

import { DURATION_SECONDS_MAX } from "./field_types.ts";
import type { PathPart } from "./config_keys.ts";
import type { ConfigFile, ConfigFileKey } from "./schema.ts";

/** A relation that does not hold. */
export interface BrokenRelation {
  /** Path of the key that is to be changed. */
  readonly path: readonly [ConfigFileKey, ...PathPart[]];
  readonly message: string;
  /** All keys that take part: when one of them is faulty itself, the relation says nothing. */
  readonly involved: readonly ConfigFileKey[];
}

/** Every relation between keys that does not hold. */
export function checkRelations(file: ConfigFile): readonly BrokenRelation[] {
  return [
    ...tooLongDurations(file),
    ...halfCredentials(file),
    ...halfTls(file),
    ...natsLogins(file),
    ...storeAddress(file),
  ];
}

function tooLongDurations(file: ConfigFile): readonly BrokenRelation[] {
  const period = file["heartbeat_period_in_seconds"];
  return Object.entries(file).flatMap(([name, value]) => {
    // The crash count is kept for twice the longest delay (CRA-20).
    const factor = name === "maximum_backoff_delay_in_heartbeats" ? 2 : 1;
    const seconds = name.endsWith("_in_heartbeats") ? Number(value) * factor * period : 0;
    if (seconds <= DURATION_SECONDS_MAX) return [];
    const key = name as ConfigFileKey;
    return [{
      path: [key] as const,
      message: `${value} heartbeats of ${period} s each is too long; ` +
        `at most ${Math.floor(DURATION_SECONDS_MAX / period / factor)} are possible`,
      involved: [key, "heartbeat_period_in_seconds" as const],
    }];
  });
}

function halfCredentials(file: ConfigFile): readonly BrokenRelation[] {
  const pairs = [
    ["etcd_user", "etcd_password"],
    ["api_server_username", "api_server_password"],
    ["metrics_server_user", "metrics_server_password"],
  ] as const;
  return pairs.flatMap(([user, password]) => {
    if ((file[user] === "") === (file[password] === "")) return [];
    const [given, missing] = file[user] === "" ? [password, user] : [user, password];
    const message = `the value is missing; ${given} is set, and one without the other is no use`;
    return [{ path: [missing] as const, message, involved: [user, password] }];
  });
}

/** Groups of TLS files, by which side we are. */
const CLIENT_TLS = ["etcd", "nats_tls", "cc_tls"] as const;
const SERVER_TLS = ["ssl", "api_server_tls", "metrics_server_tls"] as const;

function halfTls(file: ConfigFile): readonly BrokenRelation[] {
  return [...CLIENT_TLS, ...SERVER_TLS].flatMap(
    (group): readonly BrokenRelation[] => {
      const files = file[group];
      const involved = [group];
      if (files["key_file"] !== "" && files["cert_file"] === "") {
        const message =
          "the value is missing; key_file is set, and needs the certificate of the key";
        return [{ path: [group, "cert_file"] as const, message, involved }];
      }
      const isServer = SERVER_TLS.some((server) => server === group);
      // A server needs a certificate of its own before it can ask for those of others.
      const needsKey = files["cert_file"] !== "" || (isServer && files["ca_file"] !== "");
      if (files["key_file"] !== "" || !needsKey) return [];
      const message = "the value is missing; it needs to be set when cert_file or ca_file is";
      return [{ path: [group, "key_file"] as const, message, involved }];
    },
  );
}

/** One way to log in, and not a password for nobody. */
function natsLogins(file: ConfigFile): readonly BrokenRelation[] {
  return file["nats"].flatMap((member, at): readonly BrokenRelation[] => {
    const ways = (["user", "token", "nkey_seed", "credentials_file"] as const)
      .filter((name) => (member[name] ?? "") !== "");
    const path = ["nats", at] as const;
    const involved = ["nats"] as const;
    if (ways.length > 1) {
      const message = `${ways.join(" and ")} are set; a member is logged in to in one way only`;
      return [{ path, message, involved }];
    }
    if (member["user"] !== "" || member["password"] === "") return [];
    const message = "the value is missing; password is set, and is of no use without it";
    return [{ path: [...path, "user"], message, involved }];
  });
}

function storeAddress(file: ConfigFile): readonly BrokenRelation[] {
  const urls = file["store_urls"];
  if (file["store_type"] === "etcd" && urls.length === 0) {
    const message = "the value is missing; store_type etcd needs the URLs of its members";
    return [{ path: ["store_urls"], message, involved: ["store_type", "store_urls"] }];
  }
  const plain = urls.filter((url) => !url.startsWith("https://"));
  if (!file["etcd_require_ssl"] || plain.length === 0) return [];
  return [{
    path: ["store_urls"],
    message: `"${plain[0]}" is not https, which etcd_require_ssl demands`,
    involved: ["etcd_require_ssl", "store_urls"],
  }];
}
