/**
 * Axes of a plot: which values get a mark, and where on the axis a value stands. Pure.
 *
 * @module
 */

/** How values are laid out along an axis. */
export type Scale = "linear" | "log";

/** A mark on an axis. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** An axis from `min` to `max`. */
export interface Axis {
  readonly scale: Scale;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** About how many marks a linear axis gets. */
const TICKS_WANTED = 5;

/** An axis that has room for all values; a linear one begins at 0. */
export function axisTicks(
  values: readonly number[],
  { scale }: { readonly scale: Scale },
): Axis {
  return scale === "log" ? logAxis(values) : linearAxis(values);
}

/** Where on the axis the value stands: 0 at its beginning, 1 at its end. */
export function toUnit(value: number, axis: Axis): number {
  const { scale, min, max } = axis;
  if (scale === "linear") return (value - min) / (max - min);
  return Math.log(value / min) / Math.log(max / min);
}

/** A number as people write it on an axis: 1,500 is 1.5k. */
export function shortNumber(value: number): string {
  const units = [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const;
  for (const [size, name] of units) {
    if (Math.abs(value) >= size) return `${trimmed(value / size)}${name}`;
  }
  return trimmed(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function linearAxis(values: readonly number[]): Axis {
  const top = Math.max(...values, 0);
  const step = niceStep(top === 0 ? 1 : top / TICKS_WANTED);
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, i) => tick(i * step));
  return { scale: "linear", min: 0, max: count * step, ticks };
}

/** 1, 2 or 5 times a power of ten, not below `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((one) => one * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function logAxis(values: readonly number[]): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const from = Number.isFinite(low) ? low : 0;
  const to = Number.isFinite(high) ? Math.max(high, from + 1) : from + 1;
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => tick(10 ** (from + i)));
  return { scale: "log", min: 10 ** from, max: 10 ** to, ticks };
}

function tick(at: number): Tick {
  return { at, label: shortNumber(at) };
}
