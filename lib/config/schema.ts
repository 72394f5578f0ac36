/**
 * The configuration file as it is written: every key with its type, range, default and description,
 * and nothing else. Parsing, environment overrides, `config show` and the JSON schema for editors all
 * read it, so that a key is named here once (behaviour.md 24.4).
 *
 * @module
 */

import { z } from "zod";
import { holdKeys } from "./schema_holds.ts";
import { cloudControllerKeys, logKeys, messageBusKeys, serverKeys } from "./schema_servers.ts";
import { storeKeys } from "./schema_store.ts";
import { timingKeys } from "./schema_timing.ts";

/** Schema of the file. Unknown keys are refused (replaces CFG-15). */
export const configFileSchema = z.strictObject({
  ...timingKeys,
  ...cloudControllerKeys,
  ...storeKeys,
  ...messageBusKeys,
  ...serverKeys,
  ...holdKeys,
  ...logKeys,
}).meta({ needs: "a mapping of keys to values" });

/** The file's keys with their values, defaults filled in. */
export type ConfigFile = z.output<typeof configFileSchema>;

/** Name of a key at the top level of the file. */
export type ConfigFileKey = keyof ConfigFile;
