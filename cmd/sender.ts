/**
 * The standalone executable of the sender: `sender --config=PATH`.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runStandalone } from "./_program.ts";

if (import.meta.main) await main((args) => runStandalone("sender", args));
