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
  special,
  uint32Max,
} from "./directive.ts";

// No promise is broken: replication and cluster mode are refused.
const noTlsLinks = accepted("this server has no links to others that could be encrypted");
const noTlsClient = accepted("this server opens no connections of its own");
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

  int("tls-port", 0, 65535, 0),
  bool("tls-cluster", "no", { standing: noTlsLinks }),
  bool("tls-replication", "no", { standing: noTlsLinks }),
  choice("tls-auth-clients", ["no", "yes", "optional"], "yes"),
  bool("tls-prefer-server-ciphers", "no"),
  bool("tls-session-caching", "yes"),
  int("tls-session-cache-size", 0, int32Max, 20480, {
    standing: accepted("sessions are kept by the clients, in tickets, and need no room here"),
  }),
  int("tls-session-cache-timeout", 0, int32Max, 300),
  optionalText("tls-cert-file", { volatile: true }),
  optionalText("tls-key-file", { volatile: true }),
  optionalText("tls-key-file-pass", { sensitive: true }),
  optionalText("tls-client-cert-file", { volatile: true, standing: noTlsClient }),
  optionalText("tls-client-key-file", { volatile: true, standing: noTlsClient }),
  optionalText("tls-client-key-file-pass", { sensitive: true, standing: noTlsClient }),
  optionalText("tls-dh-params-file", { volatile: true }),
  optionalText("tls-ca-cert-file", { volatile: true }),
  optionalText("tls-ca-cert-dir", { volatile: true }),
  optionalText("tls-protocols"),
  optionalText("tls-ciphers"),
  optionalText("tls-ciphersuites"),
];
