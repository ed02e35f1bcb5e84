// Directives about sockets, clients, passwords and TLS. See directive.ts for the vocabulary.

import {
  accepted,
  bool,
  choice,
  type Directive,
  int,
  int32Max,
  int64Max,
  memory,
  octal,
  optionalText,
  refused,
  special,
  uint32Max,
} from "./directive.ts";

const noTls = "TLS is not supported: put a TLS proxy in front of this server";
const tlsDetail = accepted("TLS is not supported");
const protectedChoices = ["no", "yes", "local"];

export const networkDirectives: readonly Directive[] = [
  int("port", 0, 65535, 6379),
  special("bind", "bind", "* -::*"),
  optionalText("bind-source-addr", { standing: accepted("this server opens no connections to a master") }),
  optionalText("unixsocket", { startOnly: true }),
  octal("unixsocketperm", 0o777, { startOnly: true }),
  int("tcp-backlog", 0, int32Max, 511, { startOnly: true }),
  int("tcp-keepalive", 0, int32Max, 300),
  int("timeout", 0, int32Max, 0),
  int("maxclients", 1, uint32Max, 10000),
  int("socket-mark-id", 0, uint32Max, 0, {
    startOnly: true,
    standing: accepted("sockets cannot be marked from here"),
  }),
  bool("protected-mode", "yes"),
  optionalText("requirepass", { sensitive: true }),
  choice("enable-protected-configs", protectedChoices, "no", { startOnly: true }),
  choice("enable-debug-command", protectedChoices, "no", { startOnly: true }),
  choice("enable-module-command", protectedChoices, "no", { startOnly: true }),
  special(
    "client-output-buffer-limit",
    "buffer-limits",
    "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
  ),
  memory("client-query-buffer-limit", 1073741824, { min: 1048576n }),
  memory("proto-max-bulk-len", 536870912, { min: 1048576n, isSigned: true }),
  int("tracking-table-max-keys", 0, int64Max, 1000000, {
    standing: accepted("client-side caching is not limited by it yet"),
  }),

  int("tls-port", 0, 65535, 0, { standing: refused(noTls) }),
  bool("tls-cluster", "no", { standing: refused(noTls) }),
  bool("tls-replication", "no", { standing: refused(noTls) }),
  choice("tls-auth-clients", ["no", "yes", "optional"], "yes", { standing: tlsDetail }),
  bool("tls-prefer-server-ciphers", "no", { standing: tlsDetail }),
  bool("tls-session-caching", "yes", { standing: tlsDetail }),
  int("tls-session-cache-size", 0, int32Max, 20480, { standing: tlsDetail }),
  int("tls-session-cache-timeout", 0, int32Max, 300, { standing: tlsDetail }),
  optionalText("tls-cert-file", { standing: tlsDetail }),
  optionalText("tls-key-file", { standing: tlsDetail }),
  optionalText("tls-key-file-pass", { sensitive: true, standing: tlsDetail }),
  optionalText("tls-client-cert-file", { standing: tlsDetail }),
  optionalText("tls-client-key-file", { standing: tlsDetail }),
  optionalText("tls-client-key-file-pass", { sensitive: true, standing: tlsDetail }),
  optionalText("tls-dh-params-file", { standing: tlsDetail }),
  optionalText("tls-ca-cert-file", { standing: tlsDetail }),
  optionalText("tls-ca-cert-dir", { standing: tlsDetail }),
  optionalText("tls-protocols", { standing: tlsDetail }),
  optionalText("tls-ciphers", { standing: tlsDetail }),
  optionalText("tls-ciphersuites", { standing: tlsDetail }),
];
