/**
 * The standalone executable of the sender: `sender --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("sender");
