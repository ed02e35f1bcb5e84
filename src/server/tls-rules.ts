// TLS rules: the tls-* directives, handed to the TLS port whenever one of them is set.
//
// Role: what CONFIG SET promises: files are read again when their names are set again, and where they do not fit the
// old ones stay in force and the client is told. While tls-port is 0 nothing is read, as in Redis.

import type { Config } from "../config/config.ts";
import type { Log } from "../env/log.ts";
import type { Tls, TlsFigures } from "../env/tls.ts";

const detailDirectives = [
  "tls-auth-clients",
  "tls-prefer-server-ciphers",
  "tls-session-caching",
  "tls-session-cache-timeout",
  "tls-cert-file",
  "tls-key-file",
  "tls-key-file-pass",
  "tls-dh-params-file",
  "tls-ca-cert-file",
  "tls-ca-cert-dir",
  "tls-protocols",
  "tls-ciphers",
  "tls-ciphersuites",
];
const noFigures: TlsFigures = { handshakes: 0, failedHandshakes: 0, openStreams: 0 };

export class TlsRules {
  private readonly tls: Tls | undefined;
  private readonly config: Config;
  private readonly log: Log;

  constructor(parts: { tls: Tls | undefined; config: Config; log: Log }) {
    this.tls = parts.tls;
    this.config = parts.config;
    this.log = parts.log;
    const apply = (): string | undefined => this.apply();
    for (const name of detailDirectives) this.config.onChange(name, apply);
  }

  get figures(): TlsFigures {
    return this.tls?.figures ?? noFigures;
  }

  /** Takes the rules that the configuration has now; the text for CONFIG SET where they cannot be used. */
  apply(): string | undefined {
    const fault = this.configure();
    if (fault === undefined) return undefined;
    this.log.write("warning", fault);
    return "Unable to update TLS configuration. Check server logs.";
  }

  /** The same at the start; the text says what is wrong. */
  configure(): string | undefined {
    const { tls, config } = this;
    if (config.tlsPort === 0) return undefined;
    if (tls === undefined) return "TLS is not part of this server";
    return tls.configure({
      certFile: config.tlsCertFile,
      keyFile: config.tlsKeyFile,
      keyFilePass: config.tlsKeyFilePass,
      caCertFile: config.tlsCaCertFile,
      caCertDir: config.tlsCaCertDir,
      dhParamsFile: config.tlsDhParamsFile,
      authClients: config.tlsAuthClients,
      protocols: config.tlsProtocols,
      ciphers: config.tlsCiphers,
      ciphersuites: config.tlsCiphersuites,
      prefersServerCiphers: config.tlsPreferServerCiphers,
      resumesSessions: config.tlsSessionCaching,
      sessionTimeoutSeconds: config.tlsSessionCacheTimeout,
    });
  }
}
