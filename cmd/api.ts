/**
 * The standalone executable of the api: `api --config=PATH`.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runStandalone } from "./_program.ts";

if (import.meta.main) await main((args) => runStandalone("api", args));
