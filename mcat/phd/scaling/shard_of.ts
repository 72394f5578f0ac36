/**
 * Which shard a DEA belongs to: by rendezvous hashing, so that one shard more takes its share of the DEAs
 * from the others and moves none between them. Pure.
 *
 * @module
 */

/** A number from 0 to `shards` - 1, the same for the same DEA always. */
export function shardOf(deaGuid: string, shards: number): number {
  let best = 0;
  let bestScore = -1;
  for (let shard = 0; shard < shards; shard += 1) {
    const score = hash(`${shard}/${deaGuid}`);
    if (score <= bestScore) continue;
    best = shard;
    bestScore = score;
  }
  return best;
}

/** 32-bit FNV-1a, with its bits mixed once more: its high bits alone hardly differ for short texts. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
