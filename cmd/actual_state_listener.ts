/**
 * The standalone executable of the actual_state_listener: `actual_state_listener --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("actual_state_listener");
