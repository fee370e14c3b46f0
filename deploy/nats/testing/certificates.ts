import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Certificates that live as long as a test. */
export interface Certificates {
  /** The authority that vouches for the server. */
  readonly authorityFile: string;
  /** Another authority, which does not. */
  readonly strangerFile: string;
  readonly serverFile: string;
  readonly serverKeyFile: string;
  readonly remove: () => void;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes certificates for localhost, and for no address. @throws Error that says what to install. */
export function makeCertificates(): Certificates {
  if (Bun.which("openssl") === null) throw new Error("The tests of encryption need openssl on the PATH.");
  const directory = mkdtempSync(join(tmpdir(), "stampede-certificates-"));
  const file = (name: string): string => join(directory, name);
  for (const name of ["authority", "stranger"]) {
    openssl("req", "-x509", ...KEY, "-days", "2", "-subj", `/CN=${name}`, ...output(file(name)));
  }
  writeFileSync(file("names"), "subjectAltName=DNS:localhost\n");
  openssl(
    "req",
    "-new",
    ...KEY,
    "-subj",
    "/CN=server",
    "-keyout",
    file("server.key"),
    "-out",
    file("server.csr"),
  );
  const authority = ["-CA", file("authority.pem"), "-CAkey", file("authority.key"), "-CAcreateserial"];
  const certificate = ["-days", "2", "-extfile", file("names"), "-out", file("server.pem")];
  openssl("x509", "-req", "-in", file("server.csr"), ...authority, ...certificate);
  return {
    authorityFile: file("authority.pem"),
    strangerFile: file("stranger.pem"),
    serverFile: file("server.pem"),
    serverKeyFile: file("server.key"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function output(path: string): readonly string[] {
  return ["-keyout", `${path}.key`, "-out", `${path}.pem`];
}

function openssl(...options: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(["openssl", ...options], { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`openssl ${options[0]} failed: ${stderr.toString().trim()}`);
}
