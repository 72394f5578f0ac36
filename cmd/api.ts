/**
 * The standalone executable of the api: `api --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("api");
