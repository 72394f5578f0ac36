/**
 * Certificates for an etcd that speaks TLS: an authority made on the spot, a server certificate for
 * `localhost` and `127.0.0.1`, a client certificate. Needs `openssl`.
 *
 * @module
 */

/** PEM files, named as the configuration names them. */
export interface CertificateFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Both ends' files; the authority is the same. */
export interface Certificates {
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
}

/** Makes an authority and both certificates in `folder`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const caFile = `${folder}/ca.pem`;
  const ca = ["-keyout", `${folder}/ca.key`, "-out", caFile, "-subj", "/CN=test authority"];
  await openssl(["req", "-x509", ...KEY, "-days", "2", ...ca]);
  const server = await makeCertificate(folder, "server");
  const client = await makeCertificate(folder, "client");
  return { server, client };
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

async function makeCertificate(folder: string, name: string): Promise<CertificateFiles> {
  const files = {
    caFile: `${folder}/ca.pem`,
    certFile: `${folder}/${name}.pem`,
    keyFile: `${folder}/${name}.key`,
  };
  const request = `${folder}/${name}.csr`;
  const extensions = `${folder}/${name}.ext`;
  const usage = "extendedKeyUsage=serverAuth,clientAuth";
  await Deno.writeTextFile(extensions, `subjectAltName=DNS:localhost,IP:127.0.0.1\n${usage}\n`);
  const subject = ["-subj", `/CN=test ${name}`];
  await openssl(["req", ...KEY, "-keyout", files.keyFile, "-out", request, ...subject]);
  const signer = ["-CA", files.caFile, "-CAkey", `${folder}/ca.key`, "-CAcreateserial"];
  const output = ["-out", files.certFile, "-days", "2", "-extfile", extensions];
  await openssl(["x509", "-req", "-in", request, ...signer, ...output]);
  return files;
}

async function openssl(args: string[]): Promise<void> {
  const command = new Deno.Command("openssl", {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (success) return;
  throw new Error(`Cannot make certificates with openssl: ${new TextDecoder().decode(stderr)}`);
}
