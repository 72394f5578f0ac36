import { expect } from "expect";
import { patchEtcdProto } from "./patch_etcd_proto.ts";

const PATH = "`${__dirname}/../proto/rpc.proto`";
const MINIFIED = `Uk=(0,Bk.loadSync)(${PATH},{keepCase:!0})`;
const DESCRIPTOR = `{"nested":{"$&":1}}`;

Deno.test("patchEtcdProto() replaces the loading in the chunk that has it", () => {
  const chunks = new Map([["main.js", "main()"], ["lib.js", `a;${MINIFIED};b`]]);
  expect([...patchEtcdProto(chunks, DESCRIPTOR)]).toEqual([
    ["lib.js", `a;Uk=(0,Bk.fromJSON)(${DESCRIPTOR},{keepCase:!0});b`],
  ]);
});

Deno.test("patchEtcdProto() knows the call also when it is not minified", () => {
  const source = `(0, proto_loader_1.loadSync)(${PATH}, { keepCase: true })`;
  expect(patchEtcdProto(new Map([["a", source]]), "{}").get("a"))
    .toBe("(0, proto_loader_1.fromJSON)({}, { keepCase: true })");
  const direct = patchEtcdProto(new Map([["a", `loader.loadSync(${PATH})`]]), "{}").get("a");
  expect(direct).toBe("loader.fromJSON({})");
});

Deno.test("patchEtcdProto() leaves a bundle without etcd3 alone", () => {
  expect(patchEtcdProto(new Map([["a", "main()"]]), "{}").size).toBe(0);
});

Deno.test("patchEtcdProto() refuses to guess", () => {
  const twice = new Map([["a", MINIFIED], ["b", MINIFIED]]);
  expect(() => patchEtcdProto(twice, "{}")).toThrow("in a, b it is loaded in 2 places");
  const otherwise = new Map([["a", `load(${PATH})`]]);
  expect(() => patchEtcdProto(otherwise, "{}")).toThrow("in a way not known here");
});
