/**
 * The standalone executable of the shredder: `shredder --config=PATH`.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runStandalone } from "./_program.ts";

if (import.meta.main) await main((args) => runStandalone("shredder", args));
