/**
 * What a process has used so far, as Linux tells: processor time says more than the clock on a machine
 * that others use too.
 *
 * @module
 */

/** Ticks of `/proc/PID/stat` in a second; the same on every Linux in use. */
const TICKS_PER_SECOND = 100;

/** What a process, or several, used. */
export interface ProcessUsage {
  /** User and system time, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory now, and at most so far, in MiB. */
  readonly rssMib: number;
  readonly peakRssMib: number;
}

/** What these processes used together. */
export function usageOf(pids: readonly number[]): ProcessUsage {
  const each = pids.map((pid) => usageOfOne(pid));
  const sum = (field: keyof ProcessUsage) => each.reduce((total, one) => total + one[field], 0);
  return { cpuSeconds: sum("cpuSeconds"), rssMib: sum("rssMib"), peakRssMib: sum("peakRssMib") };
}

function usageOfOne(pid: number): ProcessUsage {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssMib: kibibytes(status, "VmRSS") / 1024,
    peakRssMib: kibibytes(status, "VmHWM") / 1024,
  };
}

function kibibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
}
