/**
 * The standalone executable of the sender: `sender --config=PATH`.
 *
 * @module
 */

import { enter } from "./_enter.ts";

if (import.meta.main) {
  await enter(async () => {
    const { runStandalone } = await import("./_program.ts");
    return (args) => runStandalone("sender", args);
  });
}
