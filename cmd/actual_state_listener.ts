/**
 * The standalone executable of the actual_state_listener: `actual_state_listener --config=PATH`.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runStandalone } from "./_program.ts";

if (import.meta.main) await main((args) => runStandalone("actual_state_listener", args));
