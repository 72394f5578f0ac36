/**
 * What a member of etcd says of itself. Pure.
 *
 * @module
 */

import { type Finding, fine, problem, warning } from "./finding.ts";

/** etcd's quota unless it is started with another; only new versions tell theirs. */
const QUOTA_BYTES_DEFAULT = 2 * 1024 ** 3;

/** Share of the quota from which it is worth a word. */
const QUOTA_SHARE = 0.8;

/** What was answered, as JSON texts. */
export interface EtcdAnswers {
  readonly status: string;
  readonly alarms: string;
}

/** What the answers mean. */
export function judgeEtcdStatus(subject: string, answers: EtcdAnswers): readonly Finding[] {
  const status = JSON.parse(answers.status) as Readonly<Record<string, unknown>>;
  return [
    judgeLeader(subject, status),
    judgeRoom(subject, status),
    ...judgeAlarms(subject, answers.alarms),
  ];
}

function judgeLeader(subject: string, status: Readonly<Record<string, unknown>>): Finding {
  const { leader = "0", version } = status;
  if (leader !== "0") return fine(subject, `version ${version}, its cluster has a leader`);
  const remedy = "bring more than half of its members up, and let them reach one another";
  return problem(subject, { message: "its cluster has no leader", remedy });
}

function judgeRoom(subject: string, status: Readonly<Record<string, unknown>>): Finding {
  const used = Number(status["dbSize"] ?? 0);
  const quota = Number(status["dbSizeQuota"] ?? 0) || QUOTA_BYTES_DEFAULT;
  const inMebibytes = `${Math.round(used / 1024 ** 2)} of ${Math.round(quota / 1024 ** 2)} MiB`;
  if (used < quota * QUOTA_SHARE) return fine(subject, `its database has ${inMebibytes}`);
  const remedy = "compact and defragment it (etcdctl defrag), and set --auto-compaction-retention";
  return warning(subject, { message: `its database is nearly full: ${inMebibytes}`, remedy });
}

function judgeAlarms(subject: string, text: string): readonly Finding[] {
  const { alarms = [] } = JSON.parse(text) as { alarms?: readonly { readonly alarm?: string }[] };
  return alarms.map(({ alarm = "unknown" }) =>
    problem(subject, {
      message: `it raises the alarm ${alarm}`,
      remedy: alarm === "NOSPACE"
        ? "compact and defragment it, then etcdctl alarm disarm: until then it refuses every write"
        : "replace the member that is corrupt",
    })
  );
}
