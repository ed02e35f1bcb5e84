// Directives about running the server: process, logs, monitoring, scripts, and this server's own directives.
// See directive.ts for the vocabulary.

import {
  accepted,
  bool,
  choice,
  type Directive,
  flags,
  int,
  int32Max,
  int64Max,
  memory,
  optionalText,
  refused,
  special,
  text,
} from "./directive.ts";
import { checkTitleTemplate } from "./specials.ts";

const shutdownNames = ["default", "save", "nosave", "now", "force"];
const noPinning = accepted("threads are not pinned to processors");
const noSyslog = accepted("syslog is not supported");
const facilities = ["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"];

export const operationsDirectives: readonly Directive[] = [
  int("databases", 1, int32Max, 16, { startOnly: true }),
  /** This server's own: how many shards the keyspace is split into; one thread runs them all so far. */
  int("shards", 1, 64, 1, { startOnly: true, own: true }),
  /** This server's own: where /metrics, /healthz and /readyz are answered over HTTP; port 0 answers nowhere. */
  int("metrics-port", 0, 65535, 0, { startOnly: true, own: true }),
  text("metrics-bind", "127.0.0.1", { startOnly: true, own: true, check: checkMetricsBind }),
  /** This server's own: a second implementation that checks each answer, of all keys or of a sample of them. */
  text("shadow-oracle", "no", { startOnly: true, own: true, check: checkShadowOracle }),
  int("shadow-oracle-max-keys", 1, int32Max, 1_000_000, { startOnly: true, own: true }),
  /** Differences are added to this file, a line of JSON each. */
  text("shadow-oracle-file", "", { startOnly: true, own: true }),
  /** All requests and replies are added to this file, passwords too, until it has so many bytes. */
  text("shadow-oracle-capture", "", { startOnly: true, own: true }),
  memory("shadow-oracle-capture-size", 64 * 1024 * 1024, { startOnly: true, own: true }),
  int("watchdog-period", 0, int32Max, 0, {
    hidden: true,
    standing: accepted("there is no software watchdog"),
  }),
  bool("use-exit-on-panic", "no", {
    hidden: true,
    standing: accepted("a failed assertion always ends the process"),
  }),
  bool("lua-enable-deprecated-api", "no", {
    startOnly: true,
    hidden: true,
    standing: accepted("no scripts yet"),
  }),
  int("hz", 0, int32Max, 10, { clamp: { min: 1n, max: 500n } }),
  bool("dynamic-hz", "yes"),
  int("io-threads", 1, 128, 1, { startOnly: true, standing: accepted("one thread reads and writes") }),
  bool("io-threads-do-reads", "no", { startOnly: true, standing: accepted("one thread reads and writes") }),

  bool("daemonize", "no", {
    startOnly: true,
    standing: refused(
      "this server stays in the foreground: use a service manager to run it in the background",
    ),
  }),
  choice("supervised", ["upstart", "systemd", "auto", "no"], "no", {
    startOnly: true,
    standing: refused(
      "readiness is not reported to a supervisor: use its mode for plain foreground programs",
      "auto",
    ),
  }),
  optionalText("pidfile", { startOnly: true, standing: accepted("no pid file is written") }),
  bool("set-proc-title", "yes", { startOnly: true }),
  text("proc-title-template", "{title} {listen-addr} {server-mode}", { check: checkTitleTemplate }),
  bool("always-show-logo", "no", { startOnly: true }),
  choice("oom-score-adj", ["no", "yes", "relative", "absolute"], "no", {
    synonyms: { relative: "yes" },
    standing: accepted("the kernel's out-of-memory score is left alone"),
  }),
  special("oom-score-adj-values", "oom-scores", "0 200 800", {
    standing: accepted("the kernel's out-of-memory score is left alone"),
  }),
  optionalText("server_cpulist", { startOnly: true, standing: noPinning }),
  optionalText("bio_cpulist", { startOnly: true, standing: noPinning }),
  optionalText("aof_rewrite_cpulist", { startOnly: true, standing: noPinning }),
  optionalText("bgsave_cpulist", { startOnly: true, standing: noPinning }),
  text("ignore-warnings", "", { standing: accepted("there is no such warning here") }),
  flags("shutdown-on-sigint", shutdownNames),
  flags("shutdown-on-sigterm", shutdownNames),
  int("shutdown-timeout", 0, int32Max, 10, { standing: accepted("there are no replicas to wait for") }),

  choice("loglevel", ["debug", "verbose", "notice", "warning"], "notice"),
  text("logfile", "", { startOnly: true }),
  bool("syslog-enabled", "no", { startOnly: true, standing: noSyslog }),
  text("syslog-ident", "redis", { startOnly: true, standing: noSyslog }),
  choice("syslog-facility", facilities, "local0", { startOnly: true, standing: noSyslog }),
  bool("crash-log-enabled", "yes", { standing: accepted("Node.js reports its own crashes") }),
  bool("crash-memcheck-enabled", "yes", { standing: accepted("Node.js reports its own crashes") }),

  int("slowlog-log-slower-than", -1, int64Max, 10000),
  int("slowlog-max-len", 0, int64Max, 128),
  int("latency-monitor-threshold", 0, int64Max, 0),
  bool("latency-tracking", "yes"),
  special("latency-tracking-info-percentiles", "percentiles", "50 99 99.9"),
  special("notify-keyspace-events", "event-classes", "", {
    standing: accepted("keyspace events are not sent yet"),
  }),
  int("busy-reply-threshold", 0, int64Max, 5000, { alias: "lua-time-limit" }),

  text("aclfile", "", { startOnly: true }),
  int("acllog-max-len", 0, int64Max, 128),
  choice("acl-pubsub-default", ["allchannels", "resetchannels"], "resetchannels"),
];

// Without a host, listening would be on every interface, which has to be asked for by its address.
function checkMetricsBind(value: string): string | undefined {
  return value === "" ? "metrics-bind must be an address, such as 127.0.0.1 or 0.0.0.0" : undefined;
}

function checkShadowOracle(value: string): string | undefined {
  return /^(no|yes|1\/[1-9]\d{0,3})$/.test(value)
    ? undefined
    : "argument must be 'no', 'yes' or a share of the keys such as 1/64";
}
