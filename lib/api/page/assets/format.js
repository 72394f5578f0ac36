/**
 * Numbers, times and durations as people read them. Pure.
 *
 * @module
 */
// @ts-check

/** @param {number} n */
export function number(n) {
  return n.toLocaleString("en-US");
}

/**
 * `1 instance`, `2 instances`.
 *
 * @param {number} n @param {string} noun
 */
export function count(n, noun) {
  return `${number(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/**
 * `45 s`, `3 min`, `2 h 5 min`, `3 d`.
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 120) return `${s} s`;
  if (s < 7_200) return `${Math.floor(s / 60)} min`;
  if (s < 172_800) {
    const minutes = Math.floor(s / 60) % 60;
    return `${Math.floor(s / 3_600)} h${minutes === 0 ? "" : ` ${minutes} min`}`;
  }
  return `${Math.floor(s / 86_400)} d`;
}

/**
 * Time of day, with the date unless it is less than half a day away.
 *
 * @param {number} seconds Unix seconds @param {number} now Unix seconds
 */
export function clock(seconds, now) {
  const date = new Date(seconds * 1000);
  const time = date.toLocaleTimeString("en-GB");
  return Math.abs(now - seconds) < 43_200 ? time : `${date.toLocaleDateString("en-CA")} ${time}`;
}

/**
 * A guid shortened to what tells it from others at a glance.
 *
 * @param {string} text @param {number} max
 */
export function short(text, max) {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
