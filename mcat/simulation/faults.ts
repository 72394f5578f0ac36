/**
 * What can go wrong. Each run draws its own mix: some kinds are left out altogether, for a fault that is
 * always there hides what only happens without it.
 *
 * @module
 */

import type { FaultKind } from "./fault_kind.ts";
import { PLATFORM_FAULTS } from "./platform_faults.ts";
import { PROCESS_FAULTS } from "./process_faults.ts";
import { SERVER_FAULTS } from "./server_faults.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** Every kind of fault. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...PROCESS_FAULTS,
  ...SERVER_FAULTS,
  ...PLATFORM_FAULTS,
];

/** The kinds of one run: each is in with even chances, and one at least. */
export function drawFaultKinds(random: SeededRandom): readonly FaultKind[] {
  const drawn = FAULT_KINDS.filter(() => random.chance(0.5));
  return drawn.length > 0 ? drawn : FAULT_KINDS.slice(0, 1);
}
