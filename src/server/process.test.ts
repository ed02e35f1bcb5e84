import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { encodeRequest } from "../testing/command-runner.ts";

const program = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "process-"));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Exit = { readonly code: number | null; readonly output: string; readonly errors: string };

class Process {
  output = "";
  errors = "";
  readonly child: ChildProcess;
  readonly hasExited: Promise<Exit>;
  private readonly onOutput: (() => void)[] = [];

  constructor(args: readonly string[], input?: string) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child = child;
    running.push(child);
    child.stdin.end(input ?? "");
    child.stdout.on("data", (chunk: Buffer) => {
      this.output += chunk.toString("latin1");
      for (const each of this.onOutput) each();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.errors += chunk.toString("latin1");
    });
    this.hasExited = new Promise((resolve) => {
      child.on("close", (code) => resolve({ code, output: this.output, errors: this.errors }));
    });
  }

  /** Resolves when the log says so; fails when the process ends before. */
  async logs(text: string): Promise<void> {
    const isLogged = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.output.includes(text)) resolve();
      };
      this.onOutput.push(look);
      look();
    });
    await Promise.race([
      isLogged,
      this.hasExited.then((exit) => {
        throw new Error(`ended before it logged "${text}": ${JSON.stringify(exit)}`);
      }),
    ]);
  }

  /** The messages logged so far. */
  messages(): string[] {
    const lines = this.output.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line) => String((JSON.parse(line) as { msg: unknown }).msg));
  }
}

async function start(...args: readonly string[]): Promise<Process> {
  const started = new Process(args);
  await started.logs("Ready to accept connections");
  return started;
}

// A port that was free a moment ago. Another process may take it first; then the test says so.
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

class Conversation {
  readonly socket: Socket;
  readonly isClosed: Promise<void>;
  private received = "";
  private look: () => void = () => {};

  constructor(to: number | string) {
    this.socket = typeof to === "number" ? connect(to, "127.0.0.1") : connect(to);
    this.socket.on("error", () => {});
    this.isClosed = new Promise((resolve) => this.socket.on("close", () => resolve()));
    this.socket.on("data", (chunk: Buffer) => {
      this.received += chunk.toString("latin1");
      this.look();
    });
  }

  /** Sends a request and takes the first `length` bytes of what comes. */
  ask(request: string | readonly string[], length: number): Promise<string> {
    this.socket.write(typeof request === "string" ? Buffer.from(request, "latin1") : encodeRequest(request));
    return this.take(length);
  }

  take(length: number): Promise<string> {
    return new Promise((resolve) => {
      this.look = () => {
        if (this.received.length < length) return;
        resolve(this.received.slice(0, length));
        this.received = this.received.slice(length);
        this.look = () => {};
      };
      this.look();
    });
  }

  /** One reply that is expected to read exactly so; settles at the first byte that differs. */
  async expect(request: string | readonly string[], reply: string): Promise<void> {
    this.socket.write(typeof request === "string" ? Buffer.from(request, "latin1") : encodeRequest(request));
    let same = 0;
    const got = await new Promise<string>((resolve) => {
      this.look = () => {
        const length = Math.min(this.received.length, reply.length);
        const differs = this.received.slice(same, length) !== reply.slice(same, length);
        same = length;
        if (differs) resolve(this.received);
        else if (length === reply.length) resolve(this.received.slice(0, length));
      };
      this.look();
    });
    expect(got).toBe(reply);
    this.received = this.received.slice(reply.length);
    this.look = () => {};
  }
}

test("the log tells version, addresses, shards and limits when the server is ready", async () => {
  const port = await freePort();
  const path = join(folder, "banner.socket");
  const flags = ["--port", `${port}`, "--bind", "127.0.0.1", "--unixsocket", path, "--maxmemory", "100mb"];
  const server = await start(...flags, "--shards", "4");
  const messages = server.messages();
  expect(messages[0]).toMatch(/^Shadis \d+\.\d+\.\d+, Redis 7\.0 compatible, Node v\d+.*, PID: \d+$/);
  expect(messages).toContain(`Listening on: 127.0.0.1:${port}, ${path}`);
  expect(messages.join("\n")).toContain(
    "Shards: 4, databases: 16, memory limit: 104857600 bytes (noeviction)",
  );
  expect(messages.at(-1)).toBe("Ready to accept connections");
  expect(server.errors).toBe("");
});

test("the server holds a conversation over TCP and over a unix socket, on one keyspace", async () => {
  const port = await freePort();
  const path = join(folder, "talk.socket");
  await start("--port", `${port}`, "--bind", "127.0.0.1", "--unixsocket", path);
  const tcp = new Conversation(port);
  const unix = new Conversation(path);
  await tcp.expect("PING\r\n", "+PONG\r\n");
  await tcp.expect(["SET", "a", "\0\r\n\xff"], "+OK\r\n");
  await unix.expect(["GET", "a"], "$4\r\n\0\r\n\xff\r\n");
  await unix.expect(["HELLO", "9"], "-NOPROTO unsupported protocol version\r\n");
  await unix.expect(["NOSUCH"], "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
  const large = "v".repeat(300_000);
  await tcp.expect(["SET", "large", large], "+OK\r\n");
  const pipeline = Buffer.concat(Array.from({ length: 10 }, () => encodeRequest(["GET", "large"]))).toString(
    "latin1",
  );
  await unix.expect(pipeline, `$300000\r\n${large}\r\n`.repeat(10));
  await tcp.expect("*1\r\n:\r\n", "-ERR Protocol error: expected '$', got ':'\r\n");
  await tcp.isClosed;
  await unix.expect(["QUIT"], "+OK\r\n");
  await unix.isClosed;
});

test("the longest turn that INFO tells leaves out the collection that fell into it", async () => {
  const path = join(folder, "turns.socket");
  await start("--port", "0", "--unixsocket", path, "--enable-debug-command", "yes");
  const client = new Conversation(path);
  const info = async (): Promise<{ turnUs: number; gcUs: number }> => {
    const head = await client.ask(["INFO", "stats"], 20);
    const length = Number(/^\$(\d+)\r\n/.exec(head)?.[1]);
    const text = head + (await client.take(`$${length}\r\n`.length + length + 2 - 20));
    const field = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(text)?.[1]);
    return { turnUs: field("shadis_longest_turn_us"), gcUs: field("shadis_longest_gc_us") };
  };
  await client.expect(["CONFIG", "RESETSTAT"], "+OK\r\n");
  await client.expect(["DEBUG", "SLEEP", "0.03"], "+OK\r\n");
  expect((await info()).turnUs).toBeGreaterThanOrEqual(29_000);
  await client.expect(["CONFIG", "RESETSTAT"], "+OK\r\n");
  await client.expect(["DEBUG", "GC"], "+OK\r\n");
  const { turnUs, gcUs } = await info();
  expect(gcUs).toBeGreaterThan(1000);
  expect(turnUs).toBeLessThan(gcUs);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends the server soon, with its clients, and with code 0",
  async (signal) => {
    const path = join(folder, `${signal}.socket`);
    const server = await start("--port", "0", "--unixsocket", path);
    const client = new Conversation(path);
    await client.expect(["PING"], "+PONG\r\n");
    const sentMs = performance.now();
    server.child.kill(signal);
    const { code } = await server.hasExited;
    expect(code).toBe(0);
    expect(performance.now() - sentMs).toBeLessThan(3000); // A tenth of it on an idle machine.
    await client.isClosed;
    expect(server.messages().at(-1)).toBe("Shadis is now ready to exit, bye bye...");
    expect(existsSync(path)).toBe(false);
  },
);

test("SHUTDOWN ends the server with code 0", async () => {
  const path = join(folder, "shutdown.socket");
  const server = await start("--port", "0", "--unixsocket", path);
  const client = new Conversation(path);
  client.socket.write(encodeRequest(["SHUTDOWN", "NOSAVE"]));
  await client.isClosed;
  expect((await server.hasExited).code).toBe(0);
});

test("a port that is taken is said in one clear line, with code 1", async () => {
  const port = await freePort();
  await start("--port", `${port}`, "--bind", "127.0.0.1");
  const { code, errors } = await new Process(["--port", `${port}`, "--bind", "127.0.0.1"]).hasExited;
  expect(code).toBe(1);
  expect(errors).toBe(`Could not create server listening socket 127.0.0.1:${port}: Address already in use\n`);
});

test("bad flags are reported as Redis reports them, with code 1", async () => {
  const cases = [
    [["--nonsense", "1"], ">>> 'nonsense \"1\"'", "Bad directive or wrong number of arguments"],
    [["--port", "abc"], ">>> 'port \"abc\"'", "argument couldn't be parsed into an integer"],
    [
      ["--maxmemory-policy", "most"],
      ">>> 'maxmemory-policy \"most\"'",
      "argument(s) must be one of the following",
    ],
  ] as const;
  const exits = await Promise.all(cases.map(([args]) => new Process(args).hasExited));
  for (const [i, [, line, reason]] of cases.entries()) {
    expect(exits[i]?.code).toBe(1);
    for (const text of [
      "*** FATAL CONFIG FILE ERROR (Shadis",
      "Reading the configuration file, at line ",
      line,
      reason,
    ])
      expect(exits[i]?.errors).toContain(text);
  }
});

test("a configuration file that is not there is said, with code 1", async () => {
  const { code, errors } = await new Process([join(folder, "none.conf")]).hasExited;
  expect(code).toBe(1);
  expect(errors).toContain("No such file or directory");
});

test("--version and --help tell and end with code 0", async () => {
  const [version, help] = await Promise.all([
    new Process(["--version"]).hasExited,
    new Process(["--help"]).hasExited,
  ]);
  expect(version).toMatchObject({ code: 0, errors: "" });
  expect(version.output).toMatch(/^Shadis server v=\d+\.\d+\.\d+ sha=\S+ malloc=\S+ bits=64 build=\S+\n$/);
  expect(help).toMatchObject({ code: 0, errors: "" });
  expect(help.output).toMatch(/^Usage: shadis /);
});

test("a configuration file is read, CONFIG REWRITE writes it, and what it wrote is read again", async () => {
  const file = join(folder, "round-trip.conf");
  const path = join(folder, "round-trip.socket");
  writeFileSync(file, `# A remark that stays.\nport 0\nunixsocket ${path}\nmaxmemory 50mb\ndatabases 5\n`);
  const first = await start(file);
  const client = new Conversation(path);
  await client.expect(["CONFIG", "GET", "maxmemory"], "*2\r\n$9\r\nmaxmemory\r\n$8\r\n52428800\r\n");
  await client.expect(["CONFIG", "SET", "maxmemory", "60mb", "maxmemory-policy", "allkeys-lru"], "+OK\r\n");
  await client.expect(["CONFIG", "REWRITE"], "+OK\r\n");
  first.child.kill("SIGTERM");
  await first.hasExited;
  const text = readFileSync(file, "utf8");
  expect(text).toContain("# A remark that stays.\n");
  expect(text).toContain("maxmemory 60mb\n");
  expect(text).toContain("maxmemory-policy allkeys-lru\n");
  await start(file);
  const again = new Conversation(path);
  await again.expect(["CONFIG", "GET", "maxmemory"], "*2\r\n$9\r\nmaxmemory\r\n$8\r\n62914560\r\n");
  await again.expect(["CONFIG", "GET", "databases"], "*2\r\n$9\r\ndatabases\r\n$1\r\n5\r\n");
});

test("the standard input is a configuration where a dash asks for it", async () => {
  const path = join(folder, "input.socket");
  const server = new Process(["-"], `port 0\nunixsocket ${path}\nmaxclients 77\n`);
  await server.logs("Ready to accept connections");
  await new Conversation(path).expect(
    ["CONFIG", "GET", "maxclients"],
    "*2\r\n$10\r\nmaxclients\r\n$2\r\n77\r\n",
  );
});

test("addresses can be changed while the server runs; those that cannot be had leave all as it was", async () => {
  const path = join(folder, "addresses.socket");
  const server = await start("--port", "0", "--bind", "127.0.0.1", "--unixsocket", path);
  const client = new Conversation(path);
  const ports = [await freePort(), await freePort()];
  for (const port of ports) {
    await client.expect(["CONFIG", "SET", "port", `${port}`], "+OK\r\n");
    await new Conversation(port).expect(["PING"], "+PONG\r\n");
  }
  const refused = new Conversation(ports[0] ?? 0);
  await refused.isClosed;
  const takenPort = await freePort();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(takenPort, "127.0.0.1", resolve));
  await client.expect(
    ["CONFIG", "SET", "port", `${takenPort}`],
    "-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.\r\n",
  );
  taken.close();
  await client.expect(
    ["CONFIG", "SET", "bind", "localhost"],
    "-ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.\r\n",
  );
  expect(server.messages().at(-1)).toContain("Only IP addresses");
  await client.expect(["CONFIG", "SET", "bind", "* -::*"], "+OK\r\n");
  await client.expect(["CONFIG", "SET", "bind", "127.0.0.1 127.0.0.2"], "+OK\r\n");
  await new Conversation(ports[1] ?? 0).expect(
    ["CONFIG", "GET", "bind"],
    "*2\r\n$4\r\nbind\r\n$19\r\n127.0.0.1 127.0.0.2\r\n",
  );
});

test("a password is asked for, and only the right one opens", async () => {
  const path = join(folder, "password.socket");
  await start("--port", "0", "--unixsocket", path, "--requirepass", "se\xc3\xa9cret");
  const client = new Conversation(path);
  await client.expect(["GET", "a"], "-NOAUTH Authentication required.\r\n");
  await client.expect(
    ["AUTH", "wrong"],
    "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
  );
  await client.expect(
    Buffer.from(encodeRequest(["AUTH", "se\xc3\x83\xc2\xa9cret"])).toString("latin1"),
    "+OK\r\n",
  );
  await client.expect(["GET", "a"], "$-1\r\n");
});

test("200 idle connections hold while one talks, and the one beyond maxclients is refused", async () => {
  const path = join(folder, "many.socket");
  await start("--port", "0", "--unixsocket", path, "--maxclients", "201");
  const idle = Array.from({ length: 200 }, () => new Conversation(path));
  await Promise.all(idle.map((each) => each.expect(["PING"], "+PONG\r\n")));
  const talker = new Conversation(path);
  for (let i = 0; i < 50; i++) await talker.expect(["INCR", "n"], `:${i + 1}\r\n`);
  const refused = new Conversation(path);
  expect(await refused.take(36)).toBe("-ERR max number of clients reached\r\n");
  await refused.isClosed;
  for (const each of idle.slice(100)) each.socket.destroy();
  await Promise.all(idle.slice(0, 100).map((each) => each.expect(["PING"], "+PONG\r\n")));
  await talker.expect(["INCR", "n"], ":51\r\n");
});

test("what was written is there after SIGTERM and a new start, and a damaged file is refused with code 1", {
  timeout: 30_000,
}, async () => {
  const data = mkdtempSync(join(folder, "data-"));
  const port = await freePort();
  const flags = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", data];
  const first = await start(...flags, "--save", "3600", "1");
  const client = new Conversation(port);
  await client.expect(["SET", "key", "value"], "+OK\r\n");
  await client.expect(["RPUSH", "list", "a", "b"], ":2\r\n");
  first.child.kill("SIGTERM");
  expect((await first.hasExited).code).toBe(0);
  expect(readdirSync(data)).toEqual(["dump.rdb"]);

  const second = await start(...flags, "--save", "");
  const again = new Conversation(port);
  await again.expect(["GET", "key"], "$5\r\nvalue\r\n");
  await again.expect(["LRANGE", "list", "0", "-1"], "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  await again.expect(["SET", "key", "changed"], "+OK\r\n");
  await again.expect(["BGSAVE"], "+Background saving started\r\n");
  await second.logs("Background saving terminated with success");
  second.child.kill("SIGKILL");
  await second.hasExited;
  expect(readdirSync(data)).toEqual(["dump.rdb"]);

  const path = join(data, "dump.rdb");
  const bytes = readFileSync(path);
  expect(bytes.includes("changed")).toBe(true);
  writeFileSync(path, bytes.subarray(0, bytes.length - 20));
  const third = await new Process([...flags]).hasExited;
  expect(third.code).toBe(1);
  expect(third.errors).toMatch(/^Fatal error loading the DB: .*dump\.rdb: .* \(at byte \d+\)\.\n$/);
});
