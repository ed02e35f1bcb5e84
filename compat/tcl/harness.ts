// Harness: runs one unit file of the Tcl suite in a process of its own and turns what it tells into events.
//
// Role: takes the place of the suite's test server, the process that hands files to its clients. It speaks
// that server's protocol for the first message only: the client is told to source hook.tcl, and from then on
// tells what happens in lines. Time-outs are per progress: a file may take long, one silence may not.
// Invariant: when a run is over, or this program ends before it, its client and every server that the client
// started are gone.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createServer, type Server as Listener, type Socket } from "node:net";
import { join } from "node:path";

export type Told =
  | { readonly kind: "begin" | "end" | "ok" | "skip" | "ignore" | "sent"; readonly text: string }
  | { readonly kind: "err"; readonly text: string }
  | { readonly kind: "unknown"; readonly text: string }
  | { readonly kind: "outside"; readonly text: string; readonly error: string };

export type HarnessOptions = {
  /** The folder made by tree.ts. */
  readonly tree: string;
  /** Such as "unit/type/string". */
  readonly file: string;
  /** Where tests of the external mode find their server; without it the client starts servers itself. */
  readonly external?: { readonly host: string; readonly port: number } | undefined;
  /** The first of `portCount` ports for servers that the client starts. */
  readonly basePort: number;
  readonly portCount: number;
  /** Tags as the suite writes them, such as "-slow". */
  readonly tags: string;
  /** Clients and servers speak TLS, with the certificates of the tree. */
  readonly isTls: boolean;
  /** Names of tests to leave out. */
  readonly skip: readonly string[];
  /** Commands that the server lacks, by full name. */
  readonly absent: readonly string[];
  /** How long nothing may happen; asked again whenever something did. */
  readonly silenceMsMax: () => number;
  /** Resolves when the server under test ends by itself. */
  readonly serverEnd?: Promise<void> | undefined;
  readonly onTold: (told: Told) => void;
};

export type Ending = "done" | "silent" | "server ended" | "client ended";

const hookPath = join(import.meta.dirname, "hook.tcl");

// Processes of runs that are not over, by pid.
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) end(pid);
});

/** Runs the file to its end, or until it is silent for too long or loses its server. */
export async function runFile(options: HarnessOptions): Promise<Ending> {
  const listener = createServer();
  const port = await listen(listener);
  const servers = new Set<number>();
  const log = openSync(join(options.tree, "client.log"), "a");
  const client = spawn("tclsh", clientWords(options, port), {
    cwd: options.tree,
    env: { ...process.env, COMPAT_ABSENT: options.absent.join(" ") },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  if (client.pid !== undefined) running.add(client.pid);
  try {
    return await new Promise<Ending>((resolve) => {
      let timer = setTimeout(() => resolve("silent"), options.silenceMsMax());
      const finish = (ending: Ending): void => {
        clearTimeout(timer);
        resolve(ending);
      };
      client.once("error", () => finish("client ended"));
      client.once("exit", () => finish("client ended"));
      options.serverEnd?.then(() => finish("server ended"));
      listener.once("connection", (socket) => {
        converse(socket, options, (told) => {
          if (isTold(told)) options.onTold(told);
          clearTimeout(timer);
          timer = setTimeout(() => resolve("silent"), options.silenceMsMax());
          if (told.kind === "server-spawned") {
            servers.add(Number(told.text));
            running.add(Number(told.text));
          } else if (told.kind === "server-killed") {
            servers.delete(Number(told.text));
            running.delete(Number(told.text));
          }
          if (told.kind === "done") finish("done");
        });
      });
    });
  } finally {
    listener.close();
    await endClient(client);
    for (const pid of servers) {
      end(pid);
      running.delete(pid);
    }
    if (client.pid !== undefined) running.delete(client.pid);
  }
}

function clientWords(options: HarnessOptions, port: number): string[] {
  const { external } = options;
  return [
    "tests/test_helper.tcl",
    ...["--client", `${port}`, "--clients", "1", "--durable", "--single", options.file],
    ...["--baseport", `${options.basePort}`, "--portcount", `${options.portCount}`],
    ...(options.isTls ? ["--tls"] : []),
    ...(options.tags === "" ? [] : ["--tags", options.tags]),
    ...(external === undefined ? [] : ["--host", external.host, "--port", `${external.port}`]),
    ...options.skip.flatMap((name) => ["--skiptest", name]),
  ];
}

type Line = { readonly kind: string; readonly text: string; readonly error: string };

// The client's first message is the suite's own: a length, and a list that begins with "ready".
function converse(socket: Socket, options: HarnessOptions, onLine: (line: Line) => void): void {
  let unread = "";
  let isHooked = false;
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: string) => {
    unread += chunk;
    if (!isHooked) {
      if (!/^\d+\r?\nready \d+ \d+/.test(unread)) return;
      unread = "";
      isHooked = true;
      send(socket, `run_code {hook hook {source {${hookPath}}}}`);
      return;
    }
    const lines = unread.split(/\r?\n/);
    unread = lines.pop() ?? "";
    for (const line of lines) {
      const [kind = "", ...words] = line.split(" ");
      const [text = "", error = ""] = words.map((word) =>
        Buffer.from(word.slice(0, -1), "base64").toString("utf8"),
      );
      if (kind === "done" && text === "hook") send(socket, `run {${options.file}}`);
      else onLine({ kind, text, error });
    }
  });
}

function send(socket: Socket, packet: string): void {
  socket.write(`${Buffer.byteLength(packet)}\n${packet}`);
}

function isTold(line: Line): line is Told & Line {
  return ["begin", "end", "ok", "skip", "ignore", "err", "sent", "unknown", "outside"].includes(line.kind);
}

function listen(listener: Listener): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

async function endClient(client: ChildProcess): Promise<void> {
  if (client.exitCode !== null || client.signalCode !== null || client.pid === undefined) return;
  const ended = new Promise<void>((resolve) => client.once("exit", () => resolve()));
  client.kill("SIGKILL");
  await ended;
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
    process.kill(pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}
