/**
 * Every page of documentation that people read.
 *
 * @module
 */

import type { Page } from "./blocks.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** README, and all under `docs/` and `packaging/`, sorted by path. */
export async function readPages(): Promise<Page[]> {
  const pages = [
    await read("README.md"),
    ...await inFolder("docs"),
    ...await inFolder("packaging"),
  ];
  return pages.sort((a, b) => a.path < b.path ? -1 : 1);
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
