/**
 * The standalone executable of the desired_state_listener: `desired_state_listener --config=PATH`.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runStandalone } from "./_program.ts";

if (import.meta.main) await main((args) => runStandalone("desired_state_listener", args));
