/**
 * Everything that is fuzzed.
 *
 * @module
 */

import type { FuzzTarget } from "./target.ts";
import { CLOUD_CONTROLLER_TARGETS } from "./targets/cloud_controller.ts";
import { CONFIGURATION_TARGETS } from "./targets/configuration.ts";
import { ETCD_TARGETS } from "./targets/etcd_wire.ts";
import { HTTP_TARGETS } from "./targets/http.ts";
import { MESSAGE_TARGETS } from "./targets/messages.ts";
import { RECORD_TARGETS } from "./targets/store_records.ts";

/** Every target, each with a name of its own. */
export const TARGETS: readonly FuzzTarget[] = [
  ...MESSAGE_TARGETS,
  ...CLOUD_CONTROLLER_TARGETS,
  ...RECORD_TARGETS,
  ...CONFIGURATION_TARGETS,
  ...HTTP_TARGETS,
  ...ETCD_TARGETS,
];
