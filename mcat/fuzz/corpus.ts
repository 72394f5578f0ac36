/**
 * Inputs that were findings once, a file each under `corpus/{target}/`: they are checked again whenever the
 * tests run, and others are made from them.
 *
 * @module
 */

const FOLDER = new URL("./corpus/", import.meta.url);

/** The inputs of one target, by the names of their files; none when there is no folder. */
export async function readCorpus(target: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(new URL(`${target}/`, FOLDER))) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const inputs = new Map<string, Uint8Array>();
  for (const name of names.sort()) {
    inputs.set(name, await Deno.readFile(new URL(`${target}/${name}`, FOLDER)));
  }
  return inputs;
}

/** Keeps an input, and says under which path. */
export async function keepInput(target: string, input: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", input.slice()));
  const folder = new URL(`${target}/`, FOLDER);
  const file = new URL(digest.toHex().slice(0, 16), folder);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(file, input);
  return file.pathname;
}

/** The targets that there is a folder of. */
export async function corpusTargets(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) names.push(name);
  return names.sort();
}
