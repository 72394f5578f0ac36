/**
 * Every statement that a SQLite store uses, prepared once.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The columns of an entry, named as its fields. */
const ENTRY = "key, value, create_rev AS createRevision, mod_rev AS modRevision, lease";
const ENTRY_WITHOUT_VALUE =
  "key, '' AS value, create_rev AS createRevision, mod_rev AS modRevision, lease";

/** How a page of a range is asked for. */
export interface PageShape {
  /** The first key itself is left out. */
  readonly after: boolean;
  readonly keysOnly: boolean;
}

/** The statements of one connection. */
export class SqliteStatements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  readonly dataVersion: StatementSync;
  readonly meta: StatementSync;
  readonly setMeta: StatementSync;
  readonly get: StatementSync;
  readonly put: StatementSync;
  readonly remove: StatementSync;
  readonly keep: StatementSync;
  readonly change: StatementSync;
  readonly keepUnder: StatementSync;
  readonly changeUnder: StatementSync;
  readonly removeUnder: StatementSync;
  readonly keepOfLease: StatementSync;
  readonly changeOfLease: StatementSync;
  readonly removeOfLease: StatementSync;
  readonly changesSince: StatementSync;
  readonly revisionOfChange: StatementSync;
  readonly compactOld: StatementSync;
  readonly compactChanges: StatementSync;
  readonly grantLease: StatementSync;
  readonly renewLease: StatementSync;
  readonly lease: StatementSync;
  readonly removeLease: StatementSync;
  readonly tooLongLease: StatementSync;
  readonly cutLeases: StatementSync;
  readonly endedLeases: StatementSync;
  readonly renewedLeases: StatementSync;
  readonly #pages: readonly StatementSync[];

  constructor(database: DatabaseSync) {
    const sql = (text: string) => database.prepare(text);
    this.begin = sql("BEGIN IMMEDIATE");
    this.commit = sql("COMMIT");
    this.rollback = sql("ROLLBACK");
    this.dataVersion = sql("PRAGMA data_version");
    this.meta = sql(`SELECT revision, compact_revision AS compactRevision,
      changes_kept AS changesKept FROM meta`);
    this.setMeta = sql("UPDATE meta SET revision = ?, compact_revision = ?, changes_kept = ?");
    this.get = sql(`SELECT ${ENTRY} FROM kv WHERE key = ?`);
    this.put = sql(`INSERT INTO kv VALUES (?1, ?2, ?3, ?3, ?4) ON CONFLICT (key)
      DO UPDATE SET value = excluded.value, mod_rev = excluded.mod_rev, lease = excluded.lease`);
    this.remove = sql("DELETE FROM kv WHERE key = ?");
    this.change = sql("INSERT INTO changes VALUES (?, ?, ?, ?)");
    this.keep = sql(keepWhere("key = ?2"));
    const under = "key >= ?2 AND key < ?3";
    this.keepUnder = sql(keepWhere(under));
    this.changeUnder = sql(changeWhere(under, "?4"));
    this.removeUnder = sql("DELETE FROM kv WHERE key >= ? AND key < ?");
    const ofLease = "lease = ?2 AND lease <> 0";
    this.keepOfLease = sql(keepWhere(ofLease));
    this.changeOfLease = sql(changeWhere(ofLease, "0"));
    this.removeOfLease = sql("DELETE FROM kv WHERE lease = ? AND lease <> 0");
    this.changesSince = sql(CHANGES_SINCE);
    this.revisionOfChange = sql("SELECT rev FROM changes ORDER BY rev, n LIMIT 1 OFFSET ?");
    this.compactOld = sql("DELETE FROM old WHERE end_rev <= ?");
    this.compactChanges = sql("DELETE FROM changes WHERE rev < ?");
    this.grantLease = sql("INSERT INTO leases VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING");
    this.renewLease = sql(`UPDATE leases SET ends_at_ms = ?2 + ttl_ms, renewals = renewals + 1
      WHERE id = ?1 RETURNING ttl_ms AS ttlMs`);
    this.lease = sql("SELECT ends_at_ms AS endsAtMs FROM leases WHERE id = ?");
    this.removeLease = sql("DELETE FROM leases WHERE id = ?");
    this.tooLongLease = sql("SELECT 1 FROM leases WHERE ends_at_ms > ?1 + ttl_ms LIMIT 1");
    this.cutLeases = sql(
      "UPDATE leases SET ends_at_ms = ?1 + ttl_ms WHERE ends_at_ms > ?1 + ttl_ms",
    );
    this.endedLeases = sql("SELECT id FROM leases WHERE ends_at_ms <= ? ORDER BY ends_at_ms, id");
    this.renewedLeases = sql("SELECT id, ttl_ms AS ttlMs, renewals FROM leases WHERE renewals > 0");
    this.#pages = [false, true].flatMap((after) =>
      [false, true].map((keysOnly) => sql(pageSql({ after, keysOnly })))
    );
  }

  /** The statement for a page: first key, end of the keys, revision, limit. */
  page({ after, keysOnly }: PageShape): StatementSync {
    return this.#pages[(after ? 2 : 0) + (keysOnly ? 1 : 0)] as StatementSync;
  }
}

const CHANGES_SINCE = `
  SELECT changes.rev AS rev, changes.key AS key, removed,
    coalesce(kv.value, old.value) AS value,
    coalesce(kv.create_rev, old.create_rev) AS createRevision,
    coalesce(kv.lease, old.lease) AS lease
  FROM changes
  LEFT JOIN kv ON kv.key = changes.key AND kv.mod_rev = changes.rev
  LEFT JOIN old ON old.key = changes.key AND old.mod_rev = changes.rev
  WHERE changes.rev >= ?1 AND changes.key >= ?2 AND changes.key < ?3
  ORDER BY changes.rev, changes.n`;

/** Moves the rows that are about to change to `old`; ?1 is the revision that ends them. */
function keepWhere(condition: string): string {
  return `INSERT INTO old SELECT key, mod_rev, ?1, value, create_rev, lease FROM kv
    WHERE ${condition}`;
}

/** Notes the removal of the rows that are about to go, at the revision ?1. */
function changeWhere(condition: string, offset: string): string {
  return `INSERT INTO changes SELECT ?1, ${offset} + row_number() OVER (ORDER BY key), key, 1
    FROM kv WHERE ${condition}`;
}

function pageSql({ after, keysOnly }: PageShape): string {
  const columns = keysOnly ? ENTRY_WITHOUT_VALUE : ENTRY;
  const keys = `key ${after ? ">" : ">="} ?1 AND key < ?2`;
  return `SELECT ${columns} FROM kv WHERE ${keys} AND mod_rev <= ?3
    UNION ALL
    SELECT ${columns} FROM old WHERE ${keys} AND mod_rev <= ?3 AND end_rev > ?3
    ORDER BY key LIMIT ?4`;
}
