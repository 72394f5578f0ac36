/**
 * Whether a server's clock goes as ours does. Pure.
 *
 * @module
 */

import { type Finding, fine, warning } from "./finding.ts";

/** How far clocks may be apart, in seconds: `Date` headers have whole seconds, and answers take time. */
const SECONDS_APART_MAX = 2;

/** What the `Date` header of an answer says of the server's clock; nothing when there is none. */
export function judgeClock(
  subject: string,
  { date, now }: { readonly date: string | undefined; readonly now: number },
): readonly Finding[] {
  const theirs = Date.parse(date ?? "") / 1000;
  if (Number.isNaN(theirs)) return [];
  const apart = Math.round(theirs - now);
  if (Math.abs(apart) <= SECONDS_APART_MAX) return [fine(subject, "its clock goes as ours")];
  const how = apart > 0 ? `${apart} s ahead of` : `${-apart} s behind`;
  return [
    warning(subject, {
      message: `its clock is ${how} ours`,
      remedy: "let NTP set the clocks of all machines",
    }),
  ];
}
