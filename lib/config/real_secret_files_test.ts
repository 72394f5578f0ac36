import { expect } from "expect";
import { REAL_SECRET_FILES } from "./real_secret_files.ts";

Deno.test("REAL_SECRET_FILES tells text and mode of a file, also behind a link [S6]", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/secret`, "s", { mode: 0o600 });
    await Deno.symlink(`${folder}/secret`, `${folder}/link`);
    for (const name of ["secret", "link"]) {
      expect(REAL_SECRET_FILES.read(`${folder}/${name}`)).toBe("s");
      expect((REAL_SECRET_FILES.modeOf(`${folder}/${name}`) ?? 0) & 0o777).toBe(0o600);
    }
    expect(REAL_SECRET_FILES.modeOf(`${folder}/none`)).toBeUndefined();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
