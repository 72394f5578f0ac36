/**
 * The standalone executable of the analyzer: `analyzer --config=PATH`.
 *
 * @module
 */

import { enterComponent } from "./_enter.ts";

if (import.meta.main) await enterComponent("analyzer");
