/**
 * Looks at everything that hm9000 talks to.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import { describeError } from "../helpers/describe_error.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { LOCKS_PREFIX } from "../store/layout.ts";
import { rangeAll } from "../store/range_all.ts";
import { openStore } from "../store/open_store.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";
import { probeCloudController } from "./probe_cloud_controller.ts";
import { probeEtcd } from "./probe_etcd.ts";
import { probeNats } from "./probe_nats.ts";
import { probeSchema } from "./probe_schema.ts";

/** What the store would log is among what is found. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** What to look at, and how. */
export interface Examination {
  readonly config: Config;
  readonly time: TimeProvider;
  readonly random: Random;
  /** Whether empty messages are published on the start and stop subjects. */
  readonly publish: boolean;
}

/** Everything found, in a fixed order; never throws. */
export async function examine(examination: Examination): Promise<readonly Finding[]> {
  const { config, time, publish } = examination;
  const { startSubject, stopSubject } = config.sender;
  const publishTo = publish ? [startSubject, stopSubject] : [];
  const findings = await Promise.all([
    probeStore(examination),
    probeSchema(config.store, { ...examination, log: SILENT }),
    probeNats({ config: config.messageBus, time, publishTo }),
    probeCloudController(config.fetcher, time),
  ]);
  return findings.flat();
}

async function probeStore(examination: Examination): Promise<readonly Finding[]> {
  const { config: { store }, time } = examination;
  if (store.type === "etcd") return await probeEtcd(store, time);
  if (store.type === "memory") {
    return [
      warning("store", {
        message: "it is in memory, and lost with the process",
        remedy: "set store_type",
      }),
    ];
  }
  return [await probeSqlite(examination)];
}

async function probeSqlite({ config: { store: config }, ...deps }: Examination): Promise<Finding> {
  const subject = `SQLite ${config.path}`;
  try {
    await using store = await openStore(config, { ...deps, log: SILENT });
    await rangeAll(store, LOCKS_PREFIX);
    return fine(subject, "it can be opened and read");
  } catch (error) {
    const remedy = "check store_path, and that this user may write to its folder";
    return problem(subject, { message: describeError(error), remedy });
  }
}
