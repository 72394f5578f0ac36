/**
 * hm9000 as it runs in production: every component a process of its own, all with one configuration file.
 * The shredder is left out: it works once an hour.
 *
 * @module
 */

import { freePorts } from "../../../test_helpers/free_port.ts";
import { Supervised } from "./supervised.ts";

/** The components that take part. */
export const COMPONENTS = [
  "actual_state_listener",
  "desired_state_listener",
  "analyzer",
  "sender",
  "evacuator",
  "api",
] as const;

/** Those of them that take no leadership. */
export const REPLICATED: readonly string[] = ["api"];

/** What the configuration file says. */
export interface ComponentsSetup {
  /** Where the file is written. */
  readonly folder: string;
  readonly etcdUrls: readonly string[];
  readonly etcdOperationsMax: number;
  readonly natsPort: number;
  readonly ccPort: number;
  readonly periodSeconds: number;
  /** Most starts in one pass of the sender. */
  readonly messageLimit: number;
}

/** Starts all components. */
export async function startComponents(setup: ComponentsSetup): Promise<readonly Supervised[]> {
  const configFile = `${setup.folder}/hm9000.json`;
  await Deno.writeTextFile(configFile, JSON.stringify(configuration(setup)));
  return COMPONENTS.map((name) =>
    new Supervised({ name, args: ["-P=component", `cmd/${name}.ts`, `--config=${configFile}`] })
  );
}

function configuration(setup: ComponentsSetup): unknown {
  const [apiPort] = freePorts(1);
  return {
    "store_type": "etcd",
    "store_urls": setup.etcdUrls,
    "etcd_max_txn_ops": setup.etcdOperationsMax,
    "nats": [{ "host": "127.0.0.1", "port": setup.natsPort }],
    "cc_base_url": `http://127.0.0.1:${setup.ccPort}`,
    "cc_auth_user": "phd",
    "cc_auth_password": "phd",
    // What BOSH configured; the default of 500 makes ten times the requests.
    "desired_state_batch_size": 5_000,
    "heartbeat_period_in_seconds": setup.periodSeconds,
    "sender_message_limit": setup.messageLimit,
    "api_server_address": "127.0.0.1",
    "api_server_port": apiPort,
    "log_level": "WARN",
    "log_format": "json",
  };
}
