/**
 * What may go: whatever stands directly under `/hm/` that is neither a leadership, nor the current schema
 * version, nor a newer one (SHR-01 to SHR-05). Pure.
 *
 * @module
 */

/** Whether the first segment below `/hm/` holds something obsolete, for a program of `schemaVersion`. */
export function isObsoleteSegment(segment: string, schemaVersion: number): boolean {
  if (segment.startsWith("locks")) return false;
  const version = /^v(\d+)$/.exec(segment)?.[1];
  return version === undefined || Number(version) < schemaVersion;
}
