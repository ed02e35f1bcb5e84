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
import type { Listener } from "../env/net.ts";
import { bannerLines } from "./banner.ts";
import { Cron } from "./cron.ts";
import { listenAll } from "./listeners.ts";
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
  private listeners: readonly Listener[] = [];
  private isListening = false;

  constructor(env: Env, config: Config, options: ServerProcessOptions) {
    this.env = env;
    this.options = options;
    this.server = new Server(env, config, { configFile: options.configFile, onShutdown: () => this.stop() });
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
    if (server.startFault !== undefined) {
      env.log.write("warning", server.startFault);
      this.options.failed(server.startFault);
      return;
    }
    listenAll(env.net, server, (opened, fault) => {
      this.listeners = opened;
      if (fault !== undefined) {
        env.log.write("warning", fault.text);
        this.options.failed(fault.text);
        return;
      }
      for (const line of bannerLines(server, env, opened)) env.log.write("notice", line);
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
    for (const listener of this.listeners) listener.close();
    for (const client of [...server.hub.clients()]) client.closeNow();
    env.log.write("notice", "Shadis is now ready to exit, bye bye...");
    env.clock.after(0, this.options.ended);
  }
}
