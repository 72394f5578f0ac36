/**
 * What the store is known to hold of one DEA. Where a heartbeat that says just this is remembered anyway,
 * its bytes are all that is kept: they are compared with the next heartbeat, and say what is stored when
 * that differs. So a DEA costs its last heartbeat, 110 to 200 bytes an instance, and not the same again
 * in names. The bytes are kept, not a digest: that two are equal is then no matter of probability.
 *
 * @module
 */

import { parseHeartbeat } from "../models/heartbeat.ts";
import { instancesOf, type KnownInstances } from "./diff_heartbeat.ts";
import { PackedInstances } from "./packed_instances.ts";

/** What is stored of one DEA. */
export interface KnownDea {
  readonly instances: KnownInstances;
  /** The heartbeat that says just this, as it came; undefined when none is known to. */
  readonly bytes?: Uint8Array | undefined;
}

/** A {@linkcode KnownDea} that takes little memory; its instances are worked out when they are asked for. */
export class KeptDea implements KnownDea {
  readonly bytes: Uint8Array | undefined;
  readonly #packed: PackedInstances | undefined;

  constructor(known: KnownDea) {
    this.bytes = known.bytes;
    this.#packed = known.bytes === undefined ? new PackedInstances(known.instances) : undefined;
  }

  get instances(): KnownInstances {
    if (this.#packed !== undefined) return this.#packed.unpack();
    return instancesOf(parseHeartbeat(this.bytes ?? "").heartbeat);
  }
}

/** Whether both say the same. */
export function sameInstances(a: KnownInstances, b: KnownInstances): boolean {
  if (a.size !== b.size) return false;
  for (const [name, fingerprint] of a) {
    if (b.get(name) !== fingerprint) return false;
  }
  return true;
}
