/**
 * How the long parts of the fleet are cut into pieces that can be read side by side. etcd 3.4 looks at every
 * key from where a page begins to the end of what it was asked for, so that a million keys in pages cost it
 * ten million looks; in pieces that each fit one page they cost a million. Pure.
 *
 * @module
 */

import { GUID_CHARACTERS } from "../models/guid.ts";
import type { StoreLayout } from "../store/layout.ts";

/** About ten thousand instances, at the hundred that are usual on a DEA. */
const DEAS_PER_PIECE = 100;
/** One instance in so many names the app that it is of. */
const SAMPLE_EVERY = 50;
/** As many apps as one piece shall hold, about. */
const APPS_PER_PIECE = 10_000;
/** From fewer apps than these nothing is concluded. */
const SAMPLE_MIN = 20;

/** A part of what stands under a prefix. */
export interface Piece {
  readonly prefix: string;
  /** First key. @default the first under the prefix */
  readonly from?: string | undefined;
  /** Key to end before. @default the end of the prefix */
  readonly to?: string | undefined;
}

/** Everything under the prefix, cut before each of these keys, in whatever order they come. */
export function cutAt(prefix: string, keys: Iterable<string>): Piece[] {
  const cuts = [...new Set(keys)].filter((key) => key.startsWith(prefix) && key !== prefix).sort();
  return [undefined, ...cuts].map((from, index) => ({ prefix, from, to: cuts[index] }));
}

/** The instances, cut between DEAs: those present, whose presence has these keys. */
export function instancePieces(layout: StoreLayout, presenceKeys: readonly string[]): Piece[] {
  const prefixes = presenceKeys
    .map((key) => `${layout.actualPrefix}${key.slice(layout.presencePrefix.length)}/`)
    .sort();
  return cutAt(layout.actualPrefix, every(DEAS_PER_PIECE, prefixes));
}

/**
 * Remembers some of the apps that instances are of: what is desired stands in the order of the apps, and
 * nobody knows how those are spread but whoever has seen some of them.
 */
export class AppSample {
  readonly #names: string[] = [];
  #seen = 0;

  /** Takes note of an instance's key. */
  note(instanceKey: string): void {
    this.#seen += 1;
    if (this.#seen % SAMPLE_EVERY !== 0) return;
    this.#names.push(instanceKey.slice(instanceKey.lastIndexOf("/") + 1));
  }

  /**
   * What is desired, cut into pieces of about one length; by first characters when too little is known.
   *
   * @param options.outOf how many times as many instances there are as were seen
   */
  desiredPieces(
    { desiredPrefix }: Pick<StoreLayout, "desiredPrefix">,
    { outOf }: { readonly outOf: number },
  ): Piece[] {
    const perPiece = Math.ceil(APPS_PER_PIECE / SAMPLE_EVERY / Math.max(1, outOf));
    const few = this.#names.length < SAMPLE_MIN;
    const names = few ? [...GUID_CHARACTERS] : every(perPiece, this.#names.sort());
    return cutAt(desiredPrefix, names.map((name) => desiredPrefix + name));
  }
}

function every<T>(count: number, items: readonly T[]): T[] {
  return items.filter((_, index) => index % count === count - 1);
}
