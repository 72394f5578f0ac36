/**
 * Under which name a component's lines are known to those who collect them: the original's [CLI-13], so
 * that their filters go on working.
 *
 * @module
 */

/** Components that had another name in the original. */
const originalNames = new Map([
  ["actual_state_listener", "listener"],
  ["desired_state_listener", "fetcher"],
  ["api", "api_server"],
  ["dump", "dumper"],
]);

/** The identity of a component's log lines: `vcap.hm9000.fetcher` for `desired_state_listener` [CLI-13]. */
export function logIdentity(component: string): string {
  return `vcap.hm9000.${originalNames.get(component) ?? component}`;
}
