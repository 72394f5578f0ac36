/**
 * The page's only clock and timers: the browser's.
 *
 * @module
 */
// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />

/** Unix seconds, with fraction. */
export function nowSeconds() {
  return Date.now() / 1000;
}

/** Milliseconds that never go back. */
export function monotonicMs() {
  return performance.now();
}

/** @param {number} ms @param {() => void} work */
export function after(ms, work) {
  setTimeout(work, ms);
}

/** @param {number} ms @param {() => void} work */
export function every(ms, work) {
  setInterval(work, ms);
}
