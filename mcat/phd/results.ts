/**
 * What the benchmarks come to: measurements, each with what it was measured under, in one JSON file a run.
 * Runs that are made apart and put in one folder make one report; a run made again replaces its first
 * self. Every row of the CSV carries machine, versions, commit and command, so that no figure travels
 * without them.
 *
 * @module
 */

import type { Machine } from "./machine.ts";

/** The sections of the suite. */
export const SECTIONS = ["store", "components", "mirror", "curves", "e2e"] as const;

/** One of {@linkcode SECTIONS}. */
export type Section = typeof SECTIONS[number];

/** Under what a figure was measured. */
export type Labels = Readonly<Record<string, string | number>>;

/** One figure. */
export interface Measurement {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly unit: string;
}

/** Something that was watched over time. */
export interface TimeSeries {
  readonly name: string;
  /** What the line is of: a process, for example. */
  readonly of: string;
  readonly unit: string;
  /** Seconds since the run began, and the value then. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** Everything that one run came to. */
export interface Run {
  readonly section: Section;
  /** Names the run within the report: `store`, `e2e-1000000-1`. Also the name of its file. */
  readonly id: string;
  readonly title: string;
  /** ISO 8601, when it began. */
  readonly at: string;
  readonly seconds: number;
  readonly command: string;
  readonly machine: Machine;
  readonly measurements: readonly Measurement[];
  readonly series: readonly TimeSeries[];
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

/** All measurements of all runs, one a row, with everything they depend on. */
export function toCsv(runs: readonly Run[]): string {
  const header = [
    ...["section", "run", "name", "labels", "value", "unit", "at", "command", "commit"],
    ...["cpu", "cores", "memory_mib", "kernel", "deno", "nats", "etcd"],
  ];
  const rows = runs.flatMap((run) => run.measurements.map((one) => csvRow(run, one)));
  return [header, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}

/** Runs in the order of the report: by section, then by id, numbers by their size. */
export function sortRuns(runs: readonly Run[]): readonly Run[] {
  return [...runs].sort((a, b) =>
    SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) ||
    a.id.localeCompare(b.id, "en", { numeric: true })
  );
}

/** Writes the run into the folder, in place of an earlier one of its id. */
export async function saveRun(folder: string, run: Run): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/${run.id}.json`, `${JSON.stringify(run)}\n`);
}

/** Every run in the folder, in the order of the report. */
export async function loadRuns(folder: string): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.endsWith(".json")) continue;
    runs.push(JSON.parse(await Deno.readTextFile(`${folder}/${name}`)));
  }
  return sortRuns(runs);
}

function csvRow(run: Run, { name, labels, value, unit }: Measurement): (string | number)[] {
  const { machine } = run;
  const labelText = Object.entries(labels).map(([key, label]) => `${key}=${label}`).join(" ");
  return [
    ...[run.section, run.id, name, labelText, value, unit, run.at, run.command, machine.commit],
    ...[machine.cpu, machine.cores, machine.memoryMib, machine.kernel],
    ...[machine.deno, machine.nats, machine.etcd],
  ];
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
