/**
 * The standalone executable of the evacuator: `evacuator --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("evacuator");
