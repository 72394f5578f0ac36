/**
 * What the script does, in words.
 *
 * @module
 */

import type { DemoAction } from "./script.ts";

/** Says what is going to be done: `DEA dea-2 dies`. */
export function describeAction(action: DemoAction): string {
  switch (action.kind) {
    case "crash":
      return `${action.app}/${action.index} crashes`;
    case "kill_dea":
      return `${action.dea} dies`;
    case "add_dea":
      return `${action.dea} joins`;
    case "evacuate_dea":
      return `${action.dea} evacuates`;
    case "scale":
      return `${action.app} is scaled to ${action.instances}`;
    case "push":
      return `${action.app} is pushed, ${action.instances} instances`;
  }
}
