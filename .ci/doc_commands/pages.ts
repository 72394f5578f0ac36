/**
 * Every page of documentation that people read.
 *
 * @module
 */

import type { Page } from "./blocks.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Their README comes first, as capital letters do. */
const RUNBOOKS = "docs/runbooks/";

/** README, and all under `docs/` and `packaging/`, sorted by path. */
export async function readPages(): Promise<Page[]> {
  const pages = [
    await read("README.md"),
    ...await inFolder("docs"),
    ...await inFolder("packaging"),
  ];
  return pages.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Pages that are run one after the other in one place: runbooks, of which each is short, are. */
export function readTogether(pages: readonly Page[]): Page[][] {
  const groups = Map.groupBy(pages, ({ path }) => path.startsWith(RUNBOOKS) ? RUNBOOKS : path);
  return [...groups.values()];
}

async function inFolder(folder: string): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) pages.push(...await inFolder(path));
    else if (name.endsWith(".md")) pages.push(await read(path));
  }
  return pages;
}

async function read(path: string): Promise<Page> {
  return { path, text: await Deno.readTextFile(`${ROOT}${path}`) };
}
