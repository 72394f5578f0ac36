/**
 * The standalone executable of the analyzer: `analyzer --config=PATH`.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runStandalone } from "./_program.ts";

if (import.meta.main) await main((args) => runStandalone("analyzer", args));
