/**
 * The configuration file and the environment: whatever is wrong, it is said where, and no secret with it.
 *
 * @module
 */

import { ConfigError } from "../../../lib/config/config_error.ts";
import { parseConfig } from "../../../lib/config/parse_config.ts";
import { JSON_WORDS, YAML_WORDS } from "../dictionary.ts";
import { bytesOf, type FuzzTarget, FuzzViolation, textOf, type Verdict } from "../target.ts";

/** Nothing else has it: where it shows, a secret has leaked. */
const CANARY = "c4n4ry";

const YAML = `heartbeat_period_in_seconds: 10
store_type: etcd
store_urls: [http://127.0.0.1:2379]
nats: [{ host: 127.0.0.1, port: 4222, user: nats, password: ${CANARY} }]
cc_base_url: http://127.0.0.1:9022
cc_auth_user: user
cc_auth_password: ${CANARY}
`;
const JSON_CONFIG = { "store_type": "sqlite", "store_path": "x.db", "sender_message_limit": 60 };

function check(input: Uint8Array): Verdict {
  try {
    parseConfig({ text: textOf(input), path: "hm9000.yml", env: {} });
    return "accepted";
  } catch (error) {
    return requireConfigError(error);
  }
}

/** The file is what it should be; one variable of the environment is not. */
function checkEnvironment(input: Uint8Array): Verdict {
  const [name = "", value = ""] = textOf(input).split("=", 2);
  try {
    const { settings } = parseConfig({ text: YAML, path: "hm9000.yml", env: { [name]: value } });
    return settings.length > 0 ? "accepted" : "refused";
  } catch (error) {
    // The file is as it should be: its secrets are no part of what is wrong.
    if (String(error).includes(CANARY)) throw new FuzzViolation(`A secret is told: ${error}`);
    return requireConfigError(error);
  }
}

function requireConfigError(error: unknown): Verdict {
  if (!(error instanceof ConfigError)) throw error;
  const { message } = error;
  // deno-lint-ignore no-control-regex -- controls are what must not be there, but for the ends of lines
  if (/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(message)) {
    throw new FuzzViolation(`The refusal is not printable: ${JSON.stringify(message)}`);
  }
  return "refused";
}

/** Targets of the configuration. */
export const CONFIGURATION_TARGETS: readonly FuzzTarget[] = [
  {
    name: "config",
    seeds: [YAML, JSON_CONFIG].map(bytesOf),
    dictionary: [...YAML_WORDS, ...JSON_WORDS],
    check,
  },
  {
    name: "environment",
    seeds: ["HM9000_SENDER_MESSAGE_LIMIT=5", "HM9000_NATS=[{host: a, port: 1}]"].map(bytesOf),
    dictionary: [...YAML_WORDS, "HM9000_", "STORE_TYPE", "=", "CC_AUTH_PASSWORD"],
    check: checkEnvironment,
  },
];
