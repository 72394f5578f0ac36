/**
 * The standalone executable of the shredder: `shredder --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("shredder");
