/**
 * The standalone executable of the desired_state_listener: `desired_state_listener --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("desired_state_listener");
