/**
 * etcd3 reads its protocol description from a `.proto` file beside its source when it is loaded. In a
 * bundle there is no such file: the description is built in instead, which also saves the executable
 * from parsing it at every start and from needing to read its own folder.
 *
 * @module
 */

/** The call by which etcd3 loads the file, with its first argument, as a bundler may leave it. */
const LOAD_CALL = /\.loadSync(\)?)\(\s*`\$\{__dirname\}\/\.\.\/proto\/rpc\.proto`/g;

/**
 * Replaces the one loading of the `.proto` file in `chunks` (source text by file name) by `descriptor`, a
 * JSON text, and gives back the chunks that changed. A bundle without etcd3 is left as it is.
 *
 * @throws {Error} when the file is loaded in more than one place, or in a way not known here
 */
export function patchEtcdProto(
  chunks: ReadonlyMap<string, string>,
  descriptor: string,
): Map<string, string> {
  const patched = new Map<string, string>();
  let hits = 0;
  for (const [name, source] of chunks) {
    const result = source.replace(LOAD_CALL, (_call, parenthesis: string) => {
      hits++;
      return `.fromJSON${parenthesis}(${descriptor}`;
    });
    if (result.includes("rpc.proto`")) throw patchError(name, "is loaded in a way not known here");
    if (result !== source) patched.set(name, result);
  }
  if (hits > 1) throw patchError([...patched.keys()].join(", "), `is loaded in ${hits} places`);
  return patched;
}

function patchError(where: string, problem: string): Error {
  return new Error(
    `Cannot build in etcd3's rpc.proto: in ${where} it ${problem}, adapt .ci/patch_etcd_proto.ts`,
  );
}
