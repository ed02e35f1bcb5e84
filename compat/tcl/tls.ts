// TLS for the Tcl suite: what unit/tls needs beside a server, and whether it is there.
//
// Role: the suite's own script for certificates writes into its source tree and takes minutes for its parameters; here
// they are made anew for each run, in the run's folder, under the names that the suite expects.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../servers/find-program.ts";

/** Why encrypted tests cannot be run, or undefined. */
export function tlsLacks(): string | undefined {
  if (findProgram("openssl") === undefined) return "openssl is not on the PATH";
  const asked = spawnSync("tclsh", [], { input: "puts [package require tls]\n", encoding: "utf8" });
  return /^\d/.test(asked.stdout) ? undefined : "tclsh has no package tls (tcl-tls)";
}

/** Makes tests/tls in the folder of a run: an authority, three certificates that it signed, and parameters. */
export function makeTlsFiles(tree: string): void {
  const folder = join(tree, "tests", "tls");
  mkdirSync(folder);
  const run = (...words: readonly string[]): void => {
    execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  };
  const newKey = ["-newkey", "rsa:2048", "-nodes"];
  const subject = (name: string): string[] => ["-subj", `/O=Tests/CN=${name}`];
  run(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-days",
    "2",
    ...subject("authority"),
  );
  for (const [name, use] of [
    ["server", "server"] as const,
    ["client", "client"] as const,
    ["redis", ""] as const,
  ]) {
    run("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, ...subject(name));
    const extensions =
      use === "" ? "" : `keyUsage = digitalSignature, keyEncipherment\nnsCertType = ${use}\n`;
    writeFileSync(join(folder, `${name}.ext`), extensions);
    run(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", "2", "-extfile", `${name}.ext`, "-out", `${name}.crt`],
    );
  }
  run("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "redis.dh");
}
