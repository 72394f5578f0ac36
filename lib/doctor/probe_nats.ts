/**
 * Connects to each NATS server and tries whether we may subscribe to what hm9000 hears. Whether we may
 * publish can only be found out by doing so, and what is published on the start and stop subjects is
 * heard by DEAs: that is left out unless it is asked for, and then done with empty messages.
 *
 * @module
 */

import type { NatsConnectionImpl } from "nats-transport";
import type { MessageBusConfig, NatsServerConfig } from "../config/config.ts";
import { describeError } from "../helpers/describe_error.ts";
import type { LogFields, Logger } from "../helpers/logger.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { connectToNats } from "../message_bus/nats_connect.ts";
import { serverAddress } from "../message_bus/nats_options.ts";
import {
  ADVERTISE_SUBJECT,
  APP_STATE_SUBJECT,
  DROPLET_EXITED_SUBJECT,
  HEARTBEAT_SUBJECT,
} from "../message_bus/subjects.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** How long connecting may take, in milliseconds. */
const CONNECT_MS = 5_000;

const HEARD = [HEARTBEAT_SUBJECT, ADVERTISE_SUBJECT, DROPLET_EXITED_SUBJECT, APP_STATE_SUBJECT];

/** What the probe needs. */
export interface NatsProbe {
  readonly config: MessageBusConfig;
  readonly time: TimeProvider;
  /** Subjects to publish an empty message on. */
  readonly publishTo: readonly string[];
}

/** Looks at every server; never throws. */
export async function probeNats(probe: NatsProbe): Promise<readonly Finding[]> {
  const { type, servers } = probe.config;
  if (type !== "nats" || servers.length === 0) {
    return [
      warning("NATS", {
        message: "it is not configured",
        remedy: "set nats, unless nothing here needs it",
      }),
    ];
  }
  const findings = await Promise.all(servers.map((server) => probeServer(server, probe)));
  return findings.flat();
}

async function probeServer(server: NatsServerConfig, probe: NatsProbe): Promise<Finding[]> {
  const subject = `NATS ${serverAddress(server)}`;
  const said: Failure = {};
  const failed = new AbortController();
  try {
    const connection = await connectToNats({
      ...probe.config,
      servers: [server],
      time: probe.time,
      name: "hm9000.doctor",
      log: listening(said, failed),
      metrics: new MetricsRegistry(),
      signal: AbortSignal.any([failed.signal, AbortSignal.timeout(CONNECT_MS)]),
    });
    try {
      return [fine(subject, "connected"), ...await probeSubjects(subject, connection, probe)];
    } finally {
      await connection.close();
    }
  } catch (error) {
    const why = describeError(said.error ?? error);
    return [
      problem(subject, {
        message: `cannot connect: ${why}`,
        remedy: String(said.remedy ?? "check nats"),
      }),
    ];
  }
}

/** A refusal comes after the fact, and before the answer to the next ping. */
async function probeSubjects(
  subject: string,
  connection: NatsConnectionImpl,
  { publishTo }: NatsProbe,
): Promise<Finding[]> {
  const refusals: string[] = [];
  const watching = (async () => {
    for await (const status of connection.status()) {
      if (status.type === "error") refusals.push(status.error.message);
    }
  })();
  for (const heard of HEARD) connection.subscribe(heard, { callback() {} });
  for (const told of publishTo) connection.publish(told);
  await connection.flush();
  await connection.flush();
  const findings = refusals.map((refusal) =>
    problem(subject, {
      message: refusal,
      remedy: "let this user subscribe to it, or publish on it",
    })
  );
  if (findings.length === 0) findings.push(fine(subject, `may subscribe to ${HEARD.join(", ")}`));
  if (publishTo.length > 0 && refusals.length === 0) {
    findings.push(fine(subject, `may publish on ${publishTo.join(", ")}`));
  }
  await connection.close();
  await watching;
  return findings;
}

/** Why connecting failed. */
interface Failure {
  error?: unknown;
  remedy?: unknown;
}

/** Keeps why connecting fails, which is told to the log, and does not let it be tried again. */
function listening(said: Failure, failed: AbortController): Logger {
  const hear = (_: string, fields: LogFields = {}) => {
    Object.assign(said, { error: fields["error"], remedy: fields["remedy"] });
    failed.abort();
  };
  return { debug() {}, info() {}, warn: hear, error: hear };
}
