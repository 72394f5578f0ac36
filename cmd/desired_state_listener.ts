/**
 * The standalone executable of the desired_state_listener: `desired_state_listener --config=PATH`.
 *
 * @module
 */

import { enter } from "./_enter.ts";

if (import.meta.main) {
  await enter(async () => {
    const { runStandalone } = await import("./_program.ts");
    return (args) => runStandalone("desired_state_listener", args);
  });
}
