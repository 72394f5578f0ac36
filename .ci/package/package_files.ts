/**
 * What the Debian package holds, as data: made from `packaging/` and the names of the components. Pure.
 *
 * @module
 */

/** One file of the package. */
export interface PackageFile {
  /** Where it is installed, without a leading slash; `DEBIAN/` holds what is for dpkg itself. */
  readonly path: string;
  readonly content: string | { readonly copyOf: string };
  readonly mode: number;
}

/** What the package is made from. */
export interface PackageInput {
  readonly version: string;
  /** Debian's name for it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly components: readonly string[];
  readonly executable: { readonly path: string; readonly bytes: number };
  /** The text of a file under `packaging/`, or of LICENSE. */
  readonly read: (path: string) => string;
}

const UNITS = "usr/lib/systemd/system";
const DOCUMENTATION = "usr/share/doc/hm9000";

/** Every file of the package. */
export function packageFiles(input: PackageInput): readonly PackageFile[] {
  const { read, components, executable } = input;
  const template = read("packaging/systemd/hm9000-component.service.in");
  return [
    { path: "usr/bin/hm9000", content: { copyOf: executable.path }, mode: 0o755 },
    ...[...components, "all"].map((name) =>
      text(unitPath(name), filled(template, { NAME: name, NICE: niceness(name) }))
    ),
    text(`${UNITS}/hm9000.target`, read("packaging/systemd/hm9000.target")),
    text("usr/lib/sysusers.d/hm9000.conf", read("packaging/debian/sysusers.conf")),
    text(`${DOCUMENTATION}/copyright`, read("LICENSE")),
    text(`${DOCUMENTATION}/hm9000.example.yml`, read("packaging/hm9000.example.yml")),
    text("DEBIAN/control", control(input)),
    ...["postinst", "prerm"].map((name) => ({
      ...text(`DEBIAN/${name}`, read(`packaging/debian/${name}`)),
      mode: 0o755,
    })),
  ];
}

/** Debian's name of an architecture. */
export function debianArchitecture(arch: string): string {
  const known: Readonly<Record<string, string>> = { "x86_64": "amd64", "aarch64": "arm64" };
  const name = known[arch];
  if (name === undefined) throw new Error(`Cannot package for "${arch}": only x86_64 and aarch64`);
  return name;
}

/** Whoever takes heartbeats in goes first. */
function niceness(name: string): string {
  return ["actual_state_listener", "all"].includes(name) ? "0" : "5";
}

/** Where the unit of a component, or of all in one process, stands. */
export function unitPath(name: string): string {
  return `${UNITS}/hm9000-${name.replaceAll("_", "-")}.service`;
}

function control(input: PackageInput): string {
  return filled(input.read("packaging/debian/control.in"), {
    VERSION: input.version,
    ARCHITECTURE: input.architecture,
    INSTALLED_SIZE: String(Math.ceil(input.executable.bytes / 1024)),
  });
}

function text(path: string, content: string): PackageFile {
  return { path, content, mode: 0o644 };
}

/** Fills `@NAME@` and its like; one that is left over is a mistake. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Cannot fill "@${name}@": it has no value`);
    return value;
  });
}
