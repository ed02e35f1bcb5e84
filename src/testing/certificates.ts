// Certificates for tests of TLS, made anew by the openssl program for each run: a key that is committed would look like
// a secret, and a certificate would end some day.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsSettings } from "../env/tls.ts";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) process.stderr.write("No openssl on the PATH: tests of TLS are skipped\n");

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Paths of PEM files. */
export type Identity = { readonly cert: string; readonly key: string };

/** What a server has that shows `identity`, trusts nobody, and leaves all else as it is by default. */
export function tlsSettings({ cert, key }: Identity): TlsSettings {
  return {
    certFile: cert,
    keyFile: key,
    keyFilePass: "",
    caCertFile: "",
    caCertDir: "",
    dhParamsFile: "",
    authClients: "no",
    protocols: "",
    ciphers: "",
    ciphersuites: "",
    prefersServerCiphers: false,
    resumesSessions: true,
    sessionTimeoutSeconds: 300,
  };
}

export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), "certificates-"));
  /** The authority that servers and clients are signed by, and one that nobody trusts. */
  readonly authority = this.authorityOf("authority");
  readonly stranger = this.authorityOf("stranger");
  readonly server = this.signed("server", this.authority);
  readonly otherServer = this.signed("other-server", this.authority);
  readonly client = this.signed("client", this.authority);
  readonly badClient = this.signed("bad-client", this.stranger);

  /** A copy of `key` that asks for `password`. */
  encrypted(key: string, password: string): string {
    const path = `${key}.encrypted`;
    this.run(
      "pkcs8",
      "-topk8",
      "-in",
      key,
      "-out",
      path,
      "-v2",
      "aes-256-cbc",
      "-passout",
      `pass:${password}`,
    );
    return path;
  }

  signed(name: string, authority: Identity): Identity {
    const { cert, key } = this.pathsOf(name);
    const request = join(this.folder, `${name}.csr`);
    const extensions = join(this.folder, `${name}.ext`);
    writeFileSync(extensions, "subjectAltName = DNS:localhost, IP:127.0.0.1\n");
    this.run("req", ...newKey, "-keyout", key, "-out", request, "-subj", `/O=Tests/CN=${name}`);
    this.run(
      "x509",
      ...["-req", "-in", request, "-CA", authority.cert, "-CAkey", authority.key, "-CAcreateserial"],
      ...["-days", "2", "-extfile", extensions, "-out", cert],
    );
    return { cert, key };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private authorityOf(name: string): Identity {
    const { cert, key } = this.pathsOf(name);
    const subject = ["-subj", `/O=Tests/CN=${name}`];
    this.run("req", "-x509", ...newKey, "-keyout", key, "-out", cert, "-days", "2", ...subject);
    return { cert, key };
  }

  private pathsOf(name: string): Identity {
    return { cert: join(this.folder, `${name}.crt`), key: join(this.folder, `${name}.key`) };
  }

  private run(...words: readonly string[]): void {
    execFileSync("openssl", words, { stdio: ["ignore", "ignore", "pipe"] });
  }
}
