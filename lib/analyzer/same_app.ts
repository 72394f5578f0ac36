/**
 * Whether two accounts of an app say the same, whatever the order of what they list. Pure.
 *
 * @module
 */

import type { App } from "../models/app.ts";

/** Whether both say the same; undefined stands for an app that is not there. */
export function sameApp(a: App | undefined, b: App | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted({ desired, instances, crashCounts }: App): unknown {
  return [
    desired === undefined ? null : fields(desired),
    instances.map(fields).sort(),
    crashCounts.map(fields).sort(),
  ];
}

/** All fields as one text, in the order of their names. */
function fields(record: object): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}
