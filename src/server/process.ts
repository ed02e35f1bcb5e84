// Process: one server's life, from its ports to an orderly end.
//
// Role: puts the server, its cron and its listeners together in the order that start and stop need. main.ts gives it
// the real ports and the simulator its own; what either does about the end is its own affair, so that a process in
// production exits and one in a simulation can be started again.
// Invariants:
//   - the cron starts only when all listeners stand and what was saved is loaded.
//   - `ended` comes once, after everything was closed, and nothing of this server runs after it.

import type { Config } from "../config/config.ts";
import type { Env } from "../env/env.ts";
import { bannerLines } from "./banner.ts";
import { Cron } from "./cron.ts";
import { Listeners } from "./listeners.ts";
import { Server } from "./server.ts";

export type ServerProcessOptions = {
  /** Absolute path of the configuration file, or "" for none. */
  readonly configFile: string;
  /** It cannot serve: an address could not be opened. `text` is for the person who started it. */
  readonly failed: (text: string) => void;
  /** An orderly stop begins: whatever else serves clients of this process should close. */
  readonly stopping?: () => void;
  /** The process may exit. */
  readonly ended: () => void;
};

export class ServerProcess {
  readonly server: Server;
  private readonly env: Env;
  private readonly cron: Cron;
  private readonly options: ServerProcessOptions;
  private readonly listeners: Listeners;
  private isListening = false;

  constructor(env: Env, config: Config, options: ServerProcessOptions) {
    this.env = env;
    this.options = options;
    this.server = new Server(env, config, {
      configFile: options.configFile,
      onShutdown: () => this.stop(),
      onAddresses: () => this.listeners.follow()?.text,
    });
    this.listeners = new Listeners({ net: env.net, tls: env.tls, server: this.server });
    this.cron = new Cron(this.server, env.clock, env.probe);
    for (const warning of config.takeWarnings()) env.log.write("warning", warning);
  }

  /** Clients are being served. */
  get isServing(): boolean {
    return this.isListening && !this.server.isStopping;
  }

  /** Opens the addresses and begins to serve. */
  start(): void {
    const { env, server } = this;
    const tlsFault = server.tls.configure();
    const startFault =
      server.startFault ?? (tlsFault === undefined ? undefined : `Failed to configure TLS: ${tlsFault}`);
    if (startFault !== undefined) {
      env.log.write("warning", startFault);
      this.options.failed(startFault);
      return;
    }
    this.listeners.open((fault) => {
      if (fault !== undefined) {
        env.log.write("warning", fault.text);
        this.options.failed(fault.text);
        return;
      }
      for (const line of bannerLines(server, env, this.listeners.all)) env.log.write("notice", line);
      server.persistence.loadAtStart((failure) => {
        if (failure === undefined) this.serve();
        else this.refuseToServe(failure);
      });
    });
  }

  private serve(): void {
    const { env, server } = this;
    env.host.collectGarbage(); // What start-up left behind would stay for as long as the server idles.
    server.turns.reset(env.clock.monotonicUs());
    env.log.write("notice", "Ready to accept connections");
    this.isListening = true;
    this.cron.start();
  }

  private refuseToServe(failure: string): void {
    this.env.log.write("warning", `${failure} Exiting.`);
    this.options.failed(failure);
  }

  // What is to be saved has been: no new connections, no more requests, goodbye.
  private stop(): void {
    const { env, server } = this;
    this.cron.stop();
    server.persistence.stop();
    env.probe.mark("server.stopped");
    this.options.stopping?.();
    this.listeners.close();
    for (const client of [...server.hub.clients()]) client.closeNow();
    env.log.write("notice", "Shadis is now ready to exit, bye bye...");
    env.clock.after(0, this.options.ended);
  }
}
