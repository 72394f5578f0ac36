/**
 * Looks whether a newer schema version is in use in the store, beside which this one refuses to work.
 *
 * @module
 */

import { describeError } from "../helpers/describe_error.ts";
import type { StoreConfig } from "../config/config.ts";
import { NewerSchemaError, refuseNewerSchema } from "../store/newer_schema.ts";
import { openStore, type OpenStoreDeps } from "../store/open_store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { type Finding, fine, problem } from "./finding.ts";

/** Nothing when the store does not answer, which others say; never throws. */
export async function probeSchema(
  config: StoreConfig,
  deps: OpenStoreDeps,
): Promise<readonly Finding[]> {
  const { schemaVersion } = config;
  try {
    await using store = await openStore(config, deps);
    await refuseNewerSchema(store, schemaVersion);
    return [fine("schema version", `nothing newer than ${schemaVersion} is in use`)];
  } catch (error) {
    if (error instanceof StoreUnavailableError) return [];
    const remedy = error instanceof NewerSchemaError
      ? `use the executable and the configuration of version ${error.inUse}, or stop that one first`
      : "see what is said of the store";
    return [problem("schema version", { message: describeError(error), remedy })];
  }
}
