/**
 * hm9000 as it runs on one machine in production, all with one configuration file: the listeners each a
 * process of its own, and those that look at the whole fleet together in one, so that they share one view
 * of it. Every component a process of its own is measured as well. The shredder is left out: it works once
 * an hour.
 *
 * @module
 */

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

/** Those that share a view of the fleet, and the evacuator, which is too small for a process of its own. */
const TOGETHER: readonly string[] = ["analyzer", "sender", "evacuator", "api"];

/** As the listeners' executables are compiled: most of their heap is garbage of what went through. */
const LISTENER_FLAGS = ["--v8-flags=--heap-growing-percent=60"];

/** As the others are compiled: a view of the fleet is no garbage. */
const WATCHER_FLAGS = ["--v8-flags=--no-memory-reducer"];

/** As in the systemd units: that heartbeats are stored comes before anything that is made of them. */
const WATCHERS_NICENESS = 5;

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
  readonly apiPort: number;
  readonly periodSeconds: number;
  /** Most starts in one pass of the sender. */
  readonly messageLimit: number;
  /** Whether the sender follows what the platform is seen to take. */
  readonly adaptiveLimit: boolean;
  /** Whether every component is a process of its own. */
  readonly apart: boolean;
}

/** Starts all components. */
export async function startComponents(setup: ComponentsSetup): Promise<readonly Supervised[]> {
  const configFile = `${setup.folder}/hm9000.json`;
  await Deno.writeTextFile(configFile, JSON.stringify(configuration(setup)));
  const alone = COMPONENTS.filter((name) => setup.apart || !TOGETHER.includes(name));
  return [
    ...alone.map((name) => component(name, [`cmd/${name}.ts`, `--config=${configFile}`])),
    ...(setup.apart ? [] : [together(configFile)]),
  ];
}

function component(name: string, args: readonly string[]): Supervised {
  return new Supervised({
    name,
    args: [
      ...(name.endsWith("_listener") ? LISTENER_FLAGS : WATCHER_FLAGS),
      "-P=component",
      ...args,
    ],
    niceness: name === "actual_state_listener" ? 0 : WATCHERS_NICENESS,
  });
}

function together(configFile: string): Supervised {
  const components = TOGETHER.join(",");
  return component(TOGETHER.join(" + "), [
    ...["cmd/hm9000.ts", "all", `--components=${components}`, `--config=${configFile}`],
  ]);
}

function configuration(setup: ComponentsSetup): unknown {
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
    "sender_adaptive_limit": setup.adaptiveLimit,
    "api_server_address": "127.0.0.1",
    "api_server_port": setup.apiPort,
    "log_level": "WARN",
    "log_format": "json",
  };
}
