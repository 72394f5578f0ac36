/**
 * What is held, as answers show it.
 *
 * @module
 */

import { z } from "zod";
import { HELD_KINDS, HOLD_SOURCES } from "../../models/hold.ts";

/** A hold. */
export const holdShape = z.strictObject({
  "name": z.string(),
  "holds": z.enum(HELD_KINDS),
  "source": z.enum(HOLD_SOURCES),
  "reason": z.string(),
  "by": z.string(),
  "set_at": z.int().describe("Unix seconds"),
  "expires_at": z.int().optional().describe("Unix seconds; a breaker's hold has none"),
});
