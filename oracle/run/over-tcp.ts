// Over TCP: a server with a process and a clock of its own, stock or not.
//
// Invariant: `renew` leaves an empty server with the settings it was started with; what a run could change without
// FLUSHALL bringing it back is set again here.

import { connect, type Socket } from "node:net";
import { settingsAtStart } from "../../compat/generator/setting-calls.ts";
import { passwordInUse } from "../../compat/generator/special-calls.ts";
import { encodeRequest, type Words } from "../../compat/resp/request.ts";
import { type Server, startServer, stockCommand, stopServer } from "../../compat/servers/pair.ts";
import { parse } from "../parse.ts";
import { frameEnd, withoutInvalidations } from "./frames.ts";
import { type Link, type Removal, type Subject, startedWith } from "./subject.ts";

const answerMsMax = 20_000;
const none: readonly Removal[] = [];

export class OverTcp implements Subject {
  readonly label: string;
  readonly hasVirtualClock = false;
  private readonly host: string;
  private readonly port: number;
  private readonly process: Server | undefined;
  private readonly links = new Set<TcpLink>();

  private constructor(at: { host: string; port: number; process?: Server }) {
    this.host = at.host;
    this.port = at.port;
    this.process = at.process;
    this.label = at.process === undefined ? `${at.host}:${at.port}` : `a stock redis-server on ${at.port}`;
  }

  /** A stock redis-server of this run's own. */
  static async startStock(port: number): Promise<OverTcp> {
    const flags = Object.entries(startedWith)
      .filter(([name]) => name !== "enable-debug-command") // startServer gives it.
      .flatMap(([name, value]) => [`--${name}`, value]);
    const process = await startServer("stock", stockCommand(), port, flags);
    return new OverTcp({ host: "127.0.0.1", port, process });
  }

  /** Someone's server. It is emptied. */
  static at(host: string, port: number): OverTcp {
    return new OverTcp({ host, port });
  }

  nowMs(): number {
    return Date.now();
  }

  advance(): void {
    throw new Error("a server of its own has a clock of its own");
  }

  async connect(): Promise<Link> {
    return this.open();
  }

  clearEvents(): void {}

  callsExecuted(): number {
    return 0;
  }

  removalsBefore(): readonly Removal[] {
    return none;
  }

  async renew(): Promise<void> {
    for (const link of this.links) link.close();
    this.links.clear();
    const link = await this.open();
    // A password may be left from the run before; the first is an error where it is not.
    const calls: Words[] = [
      ["AUTH", passwordInUse],
      ["CONFIG", "SET", "requirepass", ""],
      ...[["FLUSHALL"], ["SCRIPT", "FLUSH"], ["FUNCTION", "FLUSH"]],
    ];
    const settings = [...settingsAtStart, "proto-max-bulk-len", "1mb"];
    for (let i = 0; i < settings.length; i += 2) calls.push(["CONFIG", "SET", ...settings.slice(i, i + 2)]);
    await this.ask(link, calls);
    const users = parse(await this.ask(link, [["ACL", "USERS"]]))?.answer;
    const names =
      users?.kind === "array" ? users.items.flatMap((name) => ("text" in name ? name.text : [])) : [];
    const strangers = names.filter((name) => name !== "default");
    if (strangers.length > 0) await this.ask(link, [["ACL", "DELUSER", ...strangers]]);
    await this.ask(link, [["ACL", "LOG", "RESET"]]);
    link.close();
    this.links.delete(link);
  }

  /** The replies to some calls, raw. */
  private async ask(link: TcpLink, calls: readonly Words[]): Promise<string> {
    link.clear();
    link.send(calls.map((words) => encodeRequest(words).toString("latin1")).join(""));
    for (let i = 0, at = 0; i < calls.length; i++) {
      let end = frameEnd(link.received(), at);
      while (end < 0) {
        if (!(await link.arrival())) throw new Error(`${this.label} does not answer`);
        end = frameEnd(link.received(), at);
      }
      at = end;
    }
    return link.received();
  }

  async stop(): Promise<void> {
    for (const link of this.links) link.close();
    if (this.process !== undefined) await stopServer(this.process);
  }

  private async open(): Promise<TcpLink> {
    const link = await TcpLink.open(this.host, this.port);
    this.links.add(link);
    return link;
  }
}

class TcpLink implements Link {
  readonly isImmediate = false;
  private readonly socket: Socket;
  private text = "";
  private wake: (() => void) | undefined;
  private isNews = false;
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      this.text += chunk;
      this.tell();
    });
    socket.on("error", () => {
      this.isClosed = true;
      this.tell();
    });
    socket.on("close", () => {
      this.isClosed = true;
      this.tell();
    });
  }

  static open(host: string, port: number): Promise<TcpLink> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new TcpLink(socket));
      });
    });
  }

  send(text: string): void {
    if (!this.isClosed) this.socket.write(text, "latin1");
  }

  received(): string {
    this.text = withoutInvalidations(this.text);
    return this.text;
  }

  clear(): void {
    this.text = "";
    this.isNews = false;
  }

  arrival(): Promise<boolean> {
    if (this.isNews) {
      this.isNews = false;
      return Promise.resolve(true);
    }
    if (this.isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.wake = undefined;
        resolve(false);
      }, answerMsMax);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        this.isNews = false;
        resolve(true);
      };
    });
  }

  close(): void {
    this.isClosed = true;
    this.socket.destroy();
  }

  private tell(): void {
    this.isNews = true;
    this.wake?.();
  }
}
