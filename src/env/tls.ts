// TLS port: a network whose streams are encrypted. Nobody above it knows the difference.
//
// Contract: `accept` is called when a handshake has succeeded and, where it is asked for, the client's certificate is
// good; other connections end there. What `configure` takes holds for the handshakes that begin after it.

import type { Net } from "./net.ts";

/** Texts are byte strings, as everywhere in the configuration; "" is "not given". */
export type TlsSettings = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly keyFilePass: string;
  readonly caCertFile: string;
  readonly caCertDir: string;
  readonly dhParamsFile: string;
  /** Whether a client must show a certificate, may, or is not asked. One that is shown must be good. */
  readonly authClients: "yes" | "no" | "optional";
  /** Names with spaces between, such as "TLSv1.2 TLSv1.3". */
  readonly protocols: string;
  /** OpenSSL's list for TLS 1.2 and before. */
  readonly ciphers: string;
  /** The list for TLS 1.3. */
  readonly ciphersuites: string;
  readonly prefersServerCiphers: boolean;
  readonly resumesSessions: boolean;
  readonly sessionTimeoutSeconds: number;
};

export type TlsFigures = {
  /** Handshakes that succeeded. */
  readonly handshakes: number;
  /** Connections that ended before theirs did, for whatever reason. */
  readonly failedHandshakes: number;
  readonly openStreams: number;
};

export interface Tls extends Net {
  readonly figures: TlsFigures;
  /** Reads the files and takes the rules, or says in one line why they cannot be used: those before stay then. */
  configure(settings: TlsSettings): string | undefined;
}
