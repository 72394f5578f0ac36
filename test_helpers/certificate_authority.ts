/**
 * An authority that a test makes on the spot, and certificates of it: good ones, ended ones, ones for
 * another host. Needs `openssl`.
 *
 * @module
 */

/** PEM files, named as the configuration names them. */
export interface CertificateFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a certificate is to be like. */
export interface IssueOptions {
  /** Hosts that it is for, as OpenSSL writes them. @default {"DNS:localhost,IP:127.0.0.1"} */
  readonly hosts?: string;
  /** Whether it has ended already. @default {false} */
  readonly ended?: boolean;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
/** Long ago. */
const ENDED = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"];

/** An authority, its files in one folder. */
export class CertificateAuthority {
  /** Its certificate, for those who trust it. */
  readonly caFile: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.caFile = `${folder}/ca.pem`;
  }

  /** Makes one in `folder`, which must exist. */
  static async create(folder: string): Promise<CertificateAuthority> {
    const authority = new CertificateAuthority(folder);
    const files = ["-keyout", `${folder}/ca.key`, "-out", authority.caFile];
    await openssl(["req", "-x509", ...KEY, "-days", "2", ...files, "-subj", "/CN=test authority"]);
    await Deno.writeTextFile(`${folder}/index.txt`, "");
    await Deno.writeTextFile(`${folder}/serial`, "01\n");
    await Deno.writeTextFile(`${folder}/ca.conf`, settings(folder));
    return authority;
  }

  /** Makes a certificate for servers and clients, and its key. */
  async issue(name: string, options: IssueOptions = {}): Promise<CertificateFiles> {
    const { hosts = "DNS:localhost,IP:127.0.0.1", ended = false } = options;
    const folder = this.#folder;
    const files = {
      caFile: this.caFile,
      certFile: `${folder}/${name}.pem`,
      keyFile: `${folder}/${name}.key`,
    };
    const [request, extensions] = [`${folder}/${name}.csr`, `${folder}/${name}.ext`];
    const usage = "extendedKeyUsage=serverAuth,clientAuth";
    await Deno.writeTextFile(extensions, `subjectAltName=${hosts}\n${usage}\n`);
    const subject = ["-subj", `/CN=test ${name}`];
    await openssl(["req", ...KEY, "-keyout", files.keyFile, "-out", request, ...subject]);
    const signer = ["-config", `${folder}/ca.conf`, "-in", request, "-extfile", extensions];
    const time = ended ? ENDED : ["-days", "2"];
    const output = ["-out", files.certFile, "-notext", "-batch"];
    await openssl(["ca", ...signer, ...time, ...output]);
    return files;
  }
}

/** `openssl ca` alone can make a certificate that has ended, and goes by a file. */
function settings(folder: string): string {
  return `[ca]
default_ca = test
[test]
new_certs_dir = ${folder}
database = ${folder}/index.txt
serial = ${folder}/serial
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
`;
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
