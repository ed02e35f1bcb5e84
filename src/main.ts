#!/usr/bin/env node
// Composition root: the one place that builds the real ports and reads argv and the environment.

import { resolve } from "node:path";
import { helpText, readCommandLine, versionText } from "./config/cli.ts";
import { Config } from "./config/config.ts";
import { loadConfig } from "./config/parse.ts";
import type { Env } from "./env/env.ts";
import type { Listener } from "./env/net.ts";
import type { Observer } from "./env/observer.ts";
import { realClock } from "./env/real/clock.ts";
import { realDisk } from "./env/real/disk.ts";
import { realBlockingFiles, realFiles } from "./env/real/files.ts";
import { realHashing } from "./env/real/hashing.ts";
import { realHost } from "./env/real/host.ts";
import { readIncluded, readInput } from "./env/real/input.ts";
import { realTextOf } from "./env/real/latin1.ts";
import { realLock } from "./env/real/lock.ts";
import { realLog } from "./env/real/log.ts";
import { realLua } from "./env/real/lua.ts";
import { realNet } from "./env/real/net.ts";
import { realRandomness } from "./env/real/random.ts";
import { realThreads } from "./env/real/threads.ts";
import { realTls } from "./env/real/tls.ts";
import { silentProbe } from "./lib/probe.ts";
import { checkFile } from "./server/check-file.ts";
import { ServerProcess } from "./server/process.ts";
import { shadisVersion } from "./server/server.ts";

// Texts of the configuration are byte strings; arguments arrive as decoded UTF-8.
main(process.argv.slice(2).map((argument) => Buffer.from(argument, "utf8").toString("latin1")));

function main(argv: readonly string[]): void {
  const invocation = readCommandLine(argv);
  if (invocation.kind === "help") {
    process.stdout.write(helpText);
    return;
  }
  if (invocation.kind === "version") {
    process.stdout.write(versionText(shadisVersion, `node-${process.version}`));
    return;
  }
  if (invocation.kind === "error") {
    fail(invocation.text);
    return;
  }
  if (invocation.kind === "check") {
    const { text, isWhole } = checkFile(realBlockingFiles(), invocation.path);
    process.stdout.write(text);
    process.exitCode = isWhole ? 0 : 1;
    return;
  }
  const disk = realDisk();
  const config = new Config((path) => disk.enterFolder(path));
  let file: string | undefined;
  if (invocation.configFile !== undefined) {
    const read = disk.readText(invocation.configFile);
    if (!read.ok) {
      fail(`Fatal error, can't open config file '${invocation.configFile}': ${read.fault.text}`);
      return;
    }
    file = read.text;
  }
  // The file's path is taken before `dir` can change what it is relative to.
  const configFile = invocation.configFile === undefined ? "" : resolve(invocation.configFile);
  const input = invocation.readsInput ? readInput() : undefined;
  const sources = { file, input, overrides: invocation.overrides };
  const loaded = loadConfig(config, sources, { version: shadisVersion, readIncluded });
  if (!loaded.ok) {
    fail(loaded.report);
    return;
  }
  const ports = realPorts(config);
  if (config.shadowOracle === "no" && config.shadowOracleCapture === "") {
    start(ports, config, configFile);
    return;
  }
  openObserver(ports, config).then(
    ({ observer, flush }) => start({ ...ports, observer }, config, configFile, flush),
    (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
  );
}

function realPorts(config: Config): Env {
  const log = realLog({
    level: config.loglevel,
    file: config.logfile,
    isTerminal: process.stdout.isTTY === true,
  });
  return {
    clock: realClock(),
    random: realRandomness(),
    net: realNet(),
    tls: realTls({ log: (text) => log.write("verbose", text) }),
    disk: realDisk(),
    files: realFiles(),
    blockingFiles: realBlockingFiles(),
    lock: realLock(),
    threads: realThreads(),
    host: realHost(),
    hashing: realHashing(),
    probe: silentProbe,
    lua: realLua(),
    log,
  };
}

function start(env: Env, config: Config, configFile: string, flush: () => void = () => {}): void {
  let adminListener: Listener | undefined;
  const running = new ServerProcess(env, config, {
    configFile,
    failed(text) {
      fail(text);
      process.exit(1);
    },
    stopping: () => adminListener?.close(),
    ended: () => {
      flush();
      process.exit(0);
    },
  });

  if (config.metricsPort !== 0) {
    openAdmin(running).then(
      (opened) => {
        adminListener = opened;
        const { metricsBind: host, metricsPort: port } = config;
        const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
        env.log.write("notice", `Metrics and health: ${url}/metrics, /healthz, /readyz`);
      },
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        env.log.write("warning", text);
        fail(text);
        process.exit(1);
      },
    );
  }

  running.start();

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      env.log.write("notice", `Received ${signal} scheduling shutdown...`);
      const words = (signal === "SIGINT" ? config.shutdownOnSigint : config.shutdownOnSigterm).split(" ");
      const mode = words.includes("nosave") ? "nosave" : words.includes("save") ? "save" : "default";
      if (!running.server.shutdown(mode, words.includes("force"))) {
        env.log.write(
          "warning",
          "Received a signal to stop, but errors trying to shut down; check the log above",
        );
      }
    });
  }
}

// The shadow oracle, or a capture of requests for it, or both. Loaded only when it is asked for.
async function openObserver(ports: Env, config: Config): Promise<{ observer: Observer; flush: () => void }> {
  const [{ Shadow }, { shadowParts }, { Capture }] = await Promise.all([
    import("../oracle/shadow/shadow.ts"),
    import("./server/shadow-parts.ts"),
    import("./server/capture.ts"),
  ]);
  const { clock, disk, log } = ports;
  const parts = { ...shadowParts(config, disk, log), textOf: realTextOf };
  const shadow = config.shadowOracle === "no" ? undefined : new Shadow(parts);
  if (shadow !== undefined && config.shadowOracleCapture === "") return { observer: shadow, flush: () => {} };
  const capture = new Capture({
    path: config.shadowOracleCapture,
    sizeMax: config.shadowOracleCaptureSize,
    disk,
    clock,
    log: (text) => log.write("warning", text),
    textOf: realTextOf,
    next: shadow,
  });
  return { observer: capture, flush: () => capture.flush() };
}

// Loaded only when it is asked for: node:http and prom-client take memory that an idle server need not pay for.
async function openAdmin(running: ServerProcess): Promise<Listener> {
  const [{ realHttp }, { realMetrics }, { Admin }] = await Promise.all([
    import("./env/real/http.ts"),
    import("./env/real/metrics.ts"),
    import("./server/admin.ts"),
  ]);
  const { metricsBind: host, metricsPort: port } = running.server.config;
  const admin = new Admin(running.server, realMetrics(), () => running.isServing);
  return new Promise((resolve, reject) => {
    realHttp().listen(
      { kind: "tcp", host, port },
      (request, reply) => admin.answer(request, reply),
      (result) => (result.ok ? resolve(result.value) : reject(new Error(result.fault.text))),
    );
  });
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
