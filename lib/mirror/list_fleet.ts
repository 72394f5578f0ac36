/**
 * Fills a view with everything that stands in the store, as of one revision. The two long parts, instances
 * and desired apps, are read in pieces, several side by side: while one answer is taken in the store is
 * busy with another.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { AppSample, instancePieces, type Piece } from "./fleet_pieces.ts";
import type { FleetView } from "./fleet_view.ts";

/** Records that are taken in without a pause. */
const ENTRIES_PER_TURN = 2_000;
/** Pieces that are read side by side. */
const LANES = 6;
/** One in so many pieces of the instances is read before anything that is desired. */
const FIRST_SHARE = 10;
/** But no fewer than these: as many as are read side by side. */
const FIRST_PIECES_MIN = 2 * LANES;

/** What is listed, and into what. */
export interface ListFleetOptions {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  /** A view in which nothing stands yet of what is listed. */
  readonly view: FleetView;
  /** What is listed. @default {"all"} */
  readonly parts?: "all" | "all but desired";
  /** Ends the listing early: the view is of no use then. */
  readonly signal: AbortSignal;
}

/**
 * Lists the fleet. To follow what changes, watch from the revision after the view's.
 *
 * @throws {CompactedError} when the revision was compacted away while listing: begin again
 * @throws {StoreUnavailableError} when the store fails
 */
export async function listFleet(options: ListFleetOptions): Promise<void> {
  const { layout, view, parts = "all" } = options;
  const presenceKeys: string[] = [];
  const revision = await listPiece({ prefix: layout.presencePrefix }, {
    ...options,
    onKey: (key) => void presenceKeys.push(key),
  });
  const sample = new AppSample();
  const onKey = (key: string) => sample.note(key);
  const pieces = parts === "all"
    ? piecesOf(layout, { presenceKeys, sample })
    : seenPieces(layout, presenceKeys);
  const work = async () => {
    for (const { desired, piece } of pieces) {
      await listPiece(piece, { ...options, revision, ...(desired ? {} : { onKey }) });
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
  view.listed(revision);
}

/**
 * Some instances first, to learn how apps are spread; then instances and what is desired by turns: the one
 * keeps us busier, the other the store.
 */
function* piecesOf(
  layout: StoreLayout,
  { presenceKeys, sample }: {
    readonly presenceKeys: readonly string[];
    readonly sample: AppSample;
  },
): Generator<{ readonly desired: boolean; readonly piece: Piece }> {
  const instances = instancePieces(layout, presenceKeys);
  const first = Math.max(FIRST_PIECES_MIN, Math.ceil(instances.length / FIRST_SHARE));
  for (const piece of instances.slice(0, first)) yield { desired: false, piece };
  const rest = instances.slice(first);
  const desired = sample.desiredPieces(layout, {
    outOf: instances.length / Math.min(first, instances.length),
  });
  for (let turn = 0; turn < Math.max(rest.length, desired.length); turn += 1) {
    const [mine, theirs] = [rest[turn], desired[turn]];
    if (mine !== undefined) yield { desired: false, piece: mine };
    if (theirs !== undefined) yield { desired: true, piece: theirs };
  }
  for (const piece of shortParts(layout)) yield { desired: true, piece };
}

function* seenPieces(
  layout: StoreLayout,
  presenceKeys: readonly string[],
): Generator<{ readonly desired: boolean; readonly piece: Piece }> {
  for (const piece of instancePieces(layout, presenceKeys)) yield { desired: false, piece };
  for (const piece of shortParts(layout)) yield { desired: true, piece };
}

function shortParts(layout: StoreLayout): Piece[] {
  const { crashesPrefix, startPrefix, stopPrefix, holdsPrefix, waiversPrefix } = layout;
  const short = [crashesPrefix, startPrefix, stopPrefix, holdsPrefix, waiversPrefix];
  const keys = [layout.actualFreshKey, layout.desiredFreshKey];
  return [...short, ...keys].map((prefix) => ({ prefix }));
}

interface ListPieceOptions extends ListFleetOptions {
  /** @default now */
  readonly revision?: number;
  /** Is told of every key. @default nobody */
  readonly onKey?: (key: string) => void;
}

/** Lists a piece, and says as of which revision. */
async function listPiece(
  { prefix, from, to }: Piece,
  options: ListPieceOptions,
): Promise<number> {
  const { store, time, view, signal, revision, onKey = () => {} } = options;
  let asOf = 0;
  for await (const page of store.range(prefix, { from, to, revision })) {
    signal.throwIfAborted();
    asOf = page.revision;
    for (const [count, entry] of page.entries.entries()) {
      if (count % ENTRIES_PER_TURN === ENTRIES_PER_TURN - 1) await time.breathe();
      onKey(entry.key);
      view.put(entry);
    }
  }
  return asOf;
}
