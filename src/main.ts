#!/usr/bin/env node
// Composition root: the one place that builds the real ports and reads argv and the environment.

import { resolve } from "node:path";
import { helpText, readCommandLine, versionText } from "./config/cli.ts";
import { Config } from "./config/config.ts";
import { loadConfig } from "./config/parse.ts";
import type { Env } from "./env/env.ts";
import type { Listener } from "./env/net.ts";
import { realClock } from "./env/real/clock.ts";
import { realDisk } from "./env/real/disk.ts";
import { realHost } from "./env/real/host.ts";
import { readIncluded, readInput } from "./env/real/input.ts";
import { realLog } from "./env/real/log.ts";
import { realNet } from "./env/real/net.ts";
import { realRandomness } from "./env/real/random.ts";
import { realThreads } from "./env/real/threads.ts";
import { bannerLines } from "./server/banner.ts";
import { Cron } from "./server/cron.ts";
import { listenAll } from "./server/listeners.ts";
import { Server, shadisVersion } from "./server/server.ts";

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
  start(config, configFile);
}

function start(config: Config, configFile: string): void {
  const env: Env = {
    clock: realClock(),
    random: realRandomness(),
    net: realNet(),
    disk: realDisk(),
    threads: realThreads(),
    host: realHost(),
    log: realLog({ level: config.loglevel, file: config.logfile, isTerminal: process.stdout.isTTY === true }),
  };
  let listeners: readonly Listener[] = [];
  let adminListener: Listener | undefined;
  let isServing = false;
  const server = new Server(env, config, { configFile, onShutdown: stop });
  const cron = new Cron(server, env.clock);
  for (const warning of config.takeWarnings()) env.log.write("warning", warning);

  if (config.metricsPort !== 0) {
    openAdmin(server, () => isServing && !server.isStopping).then(
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

  listenAll(env.net, server, (opened, fault) => {
    listeners = opened;
    if (fault !== undefined) {
      env.log.write("warning", fault.text);
      fail(fault.text);
      process.exit(1);
    }
    for (const line of bannerLines(server, env, opened)) env.log.write("notice", line);
    env.host.collectGarbage(); // What start-up left behind would stay for as long as the server idles.
    server.turns.reset(env.clock.monotonicUs());
    env.log.write("notice", "Ready to accept connections");
    isServing = true;
    cron.start();
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      env.log.write("notice", `Received ${signal} scheduling shutdown...`);
      server.shutdown();
    });
  }

  // Nothing is kept on disk yet, so stopping is: no new connections, no more requests, goodbye.
  function stop(): void {
    cron.stop();
    adminListener?.close();
    for (const listener of listeners) listener.close();
    for (const client of [...server.hub.clients()]) client.closeNow();
    env.log.write("notice", "Shadis is now ready to exit, bye bye...");
    env.clock.after(0, () => process.exit(0));
  }
}

// Loaded only when it is asked for: node:http and prom-client take memory that an idle server need not pay for.
async function openAdmin(server: Server, isReady: () => boolean): Promise<Listener> {
  const [{ realHttp }, { realMetrics }, { Admin }] = await Promise.all([
    import("./env/real/http.ts"),
    import("./env/real/metrics.ts"),
    import("./server/admin.ts"),
  ]);
  const { metricsBind: host, metricsPort: port } = server.config;
  const admin = new Admin(server, realMetrics(), isReady);
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
