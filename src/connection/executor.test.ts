import { expect, test } from "vitest";
import {
  createTestServer,
  encodeRequest,
  type TestArgument,
  type TestServer,
} from "../testing/command-runner.ts";

const lockedText = "-NOAUTH Authentication required.\r\n";

function pipeline(...requests: readonly (readonly TestArgument[])[]): Buffer {
  return Buffer.concat(requests.map((each) => encodeRequest(each)));
}

function statsOf(
  server: TestServer,
  name: string,
): { calls: number; rejected: number; failed: number; usec: number } {
  const [container = "", subcommand = ""] = name.split("|");
  const command = server.command(container);
  const stats = (subcommand === "" ? command : command?.byName.get(subcommand))?.stats;
  return {
    calls: stats?.calls ?? 0,
    rejected: stats?.rejectedCalls ?? 0,
    failed: stats?.failedCalls ?? 0,
    usec: stats?.usec ?? 0,
  };
}

// --- The order of checks ---

test("an unknown command comes before everything else, even for who has no password", () => {
  const server = createTestServer({ config: { requirepass: "x" } });
  expect(server.run("NOSUCH", "a", "b")).toBe(
    "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \r\n",
  );
  expect(server.run("CLIENT", "NOSUCH")).toBe("-ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.\r\n");
});

test("the number of arguments is checked before the password", () => {
  const server = createTestServer({ config: { requirepass: "x" } });
  expect(server.run("GET")).toBe("-ERR wrong number of arguments for 'get' command\r\n");
  expect(server.run("GET", "a")).toBe(lockedText);
  expect(server.run("CLIENT", "SETNAME")).toBe(
    "-ERR wrong number of arguments for 'client|setname' command\r\n",
  );
  expect(server.run("CLIENT", "SETNAME", "a")).toBe(lockedText);
});

test("DEBUG is refused as forbidden before the password is asked for, and only where it is forbidden", () => {
  const forbidden = createTestServer({ config: { requirepass: "x" } });
  expect(forbidden.run("DEBUG", "JMAP")).toMatch(/^-ERR DEBUG command not allowed\./);
  const allowed = createTestServer({ config: { requirepass: "x", "enable-debug-command": "yes" } });
  expect(allowed.run("DEBUG", "JMAP")).toBe(lockedText);
});

test("the password is asked for before memory", () => {
  const server = createTestServer({ config: { requirepass: "x", maxmemory: "1" } });
  expect(server.run("SET", "a", "1")).toBe(lockedText);
  expect(server.run("AUTH", "x")).toBe("+OK\r\n");
  expect(server.run("SET", "a", "1")).toBe("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
});

test("without memory, commands that need none still run", () => {
  const server = createTestServer();
  server.run("SET", "a", "1");
  server.run("CONFIG", "SET", "maxmemory", "1");
  expect(server.run("SET", "b", "1")).toMatch(/^-OOM /);
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  expect(server.run("DEL", "a")).toBe(":1\r\n");
});

test("a pause holds a command back before memory is looked at", () => {
  const server = createTestServer({ config: { maxmemory: "1" } });
  expect(server.run("CLIENT", "PAUSE", "1000", "WRITE")).toBe("+OK\r\n");
  const client = server.connect();
  expect(client.run("SET", "a", "1")).toBe("");
  server.advance(1100);
  expect(client.take()).toMatch(/^-OOM /);
});

test("commands that need no password run without it", () => {
  const server = createTestServer({ config: { requirepass: "x" } });
  expect(server.run("AUTH", "y")).toBe("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  expect(server.run("RESET")).toBe("+RESET\r\n");
  expect(server.run("QUIT")).toBe("+OK\r\n");
});

test("a client that begins to speak HTTP is closed without a reply, and the rest of its request is not run", () => {
  for (const line of ["POST / HTTP/1.1", "host: example.com", "post", "HOST: x"]) {
    const server = createTestServer();
    const client = server.connect();
    client.send(`${line}\r\nSET a 1\r\n`);
    expect([line, client.take(), client.isClosed]).toEqual([line, "", true]);
    expect(server.run("EXISTS", "a")).toBe(":0\r\n");
    expect(server.logged.at(-1)).toContain("HTTP");
  }
});

test("a command name is found in any mix of case, and only whole", () => {
  const server = createTestServer();
  expect(server.run("gEt", "a")).toBe("$-1\r\n");
  expect(server.run("cLiEnT", "iD")).toMatch(/^:\d+\r\n$/);
  for (const name of ["ge", "get ", "get\0", "", "get|a", "g\x45t\x20", "\x07et"]) {
    expect([name, server.run(name, "a")]).toEqual([name, expect.stringMatching(/^-ERR unknown command '/)]);
  }
});

// --- CLIENT REPLY ---

test("CLIENT REPLY decides what is answered, as a stock Redis 7.0.15 does", () => {
  const client = createTestServer().connect();
  const ask = (...lines: readonly string[]): string => {
    client.send(lines.map((line) => `${line}\r\n`).join(""));
    return client.take();
  };
  expect(ask("client reply skip", "client reply skip", "get a", "ping")).toBe("+PONG\r\n");
  expect(ask("client reply off", "client reply skip", "ping", "client reply on", "ping")).toBe(
    "+OK\r\n+PONG\r\n",
  );
  expect(ask("client reply skip", "client reply off", "ping", "client reply on")).toBe("+OK\r\n");
  expect(ask("client reply skip", "client reply on", "ping")).toBe("+OK\r\n+PONG\r\n");
  expect(ask("client reply skip", "nosuch", "ping")).toBe("+PONG\r\n");
  expect(ask("client reply skip", "get", "ping")).toBe("+PONG\r\n");
  expect(ask("client reply off", "nosuch", "get", "client reply on")).toBe("+OK\r\n");
});

test("what is not answered still runs, and its errors count", () => {
  const server = createTestServer();
  const client = server.connect();
  client.send("client reply off\r\nset a 1\r\nincr a\r\nlcs\r\nset a\r\n");
  client.send("setrange a x y\r\nnosuch\r\n");
  expect(client.take()).toBe("");
  expect(server.run("GET", "a")).toBe("$1\r\n2\r\n");
  expect(server.server.stats.errorsByPrefix.get("ERR")).toBe(4);
  expect(statsOf(server, "setrange")).toMatchObject({ calls: 1, failed: 1 });
});

test("a large reply that is skipped leaves nothing of itself behind", () => {
  const server = createTestServer();
  server.run("SETRANGE", "a", "300000", "x");
  const client = server.connect();
  client.send("ping\r\nclient reply skip\r\nmget a a a a a\r\nping\r\n");
  expect(client.take()).toBe("+PONG\r\n+PONG\r\n");
});

// --- CLIENT PAUSE ---

test("a pause of writes holds a client at its first write, in order, and lets it go on when it ends", () => {
  const server = createTestServer();
  server.run("SET", "a", "1");
  expect(server.run("CLIENT", "PAUSE", "1000", "WRITE")).toBe("+OK\r\n");
  const client = server.connect();
  client.send(pipeline(["GET", "a"], ["INCR", "a"], ["GET", "a"]));
  client.send(pipeline(["INCR", "a"]).subarray(0, 9));
  expect(client.take()).toBe("$1\r\n1\r\n");
  client.send(pipeline(["INCR", "a"]).subarray(9));
  expect(client.take()).toBe("");
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  server.advance(999);
  expect(client.take()).toBe("");
  server.advance(200);
  expect(client.take()).toBe(":2\r\n$1\r\n2\r\n:3\r\n");
});

test("a pause of everything holds reads as well, but not what is refused anyway", () => {
  const server = createTestServer();
  server.run("CLIENT", "PAUSE", "500");
  const client = server.connect();
  client.send("nosuch\r\nget\r\nget a\r\nnosuch\r\n");
  expect(client.take()).toBe(
    "-ERR unknown command 'nosuch', with args beginning with: \r\n-ERR wrong number of arguments for 'get' command\r\n",
  );
  server.advance(1000);
  expect(client.take()).toBe("$-1\r\n-ERR unknown command 'nosuch', with args beginning with: \r\n");
});

test("CLIENT UNPAUSE ends a pause of writes at once", () => {
  const server = createTestServer();
  server.run("CLIENT", "PAUSE", "100000", "WRITE");
  const clients = [server.connect(), server.connect()];
  for (const [i, client] of clients.entries()) client.send(encodeRequest(["SET", `k${i}`, "1"]));
  expect(server.run("CLIENT", "UNPAUSE")).toBe("+OK\r\n");
  server.advance(0);
  expect(clients.map((client) => client.take())).toEqual(["+OK\r\n", "+OK\r\n"]);
  expect(server.run("SET", "x", "1")).toBe("+OK\r\n");
});

test("a client that closes while it is held runs nothing when the pause ends", () => {
  const server = createTestServer();
  server.run("CLIENT", "PAUSE", "100", "WRITE");
  const client = server.connect();
  client.send(encodeRequest(["SET", "a", "1"]));
  client.events.ended();
  server.advance(1000);
  expect(server.run("EXISTS", "a")).toBe(":0\r\n");
});

test("a command that was held is counted once, when it runs", () => {
  const server = createTestServer();
  server.run("CLIENT", "PAUSE", "100", "WRITE");
  const client = server.connect();
  client.send(encodeRequest(["SET", "a", "1"]));
  expect(statsOf(server, "set")).toEqual({ calls: 0, rejected: 0, failed: 0, usec: 0 });
  const before = server.server.stats.commandsProcessed;
  server.advance(1000);
  expect(client.take()).toBe("+OK\r\n");
  expect(statsOf(server, "set").calls).toBe(1);
  expect(server.server.stats.commandsProcessed).toBe(before + 1);
});

// --- Counts and times ---

test("calls, rejected calls, failed calls and errors are counted exactly", () => {
  const server = createTestServer();
  const client = server.connect();
  client.send(
    pipeline(
      ["SET", "a", "x"],
      ["INCR", "a"],
      ["INCR"],
      ["GET", "a"],
      ["INCR", "b"],
      ["NOSUCH"],
      ["CLIENT", "ID"],
    ),
  );
  client.send(pipeline(["CLIENT", "NOSUCH"], ["BITCOUNT", "a", "b"], ["INCR", "a"], ["AUTH", "a", "b"]));
  expect(statsOf(server, "set")).toMatchObject({ calls: 1, rejected: 0, failed: 0 });
  expect(statsOf(server, "incr")).toMatchObject({ calls: 3, rejected: 1, failed: 2 });
  expect(statsOf(server, "get")).toMatchObject({ calls: 1, rejected: 0, failed: 0 });
  expect(statsOf(server, "client|id")).toMatchObject({ calls: 1, rejected: 0, failed: 0 });
  expect(statsOf(server, "bitcount")).toMatchObject({ calls: 1, failed: 1 });
  expect(Object.fromEntries(server.server.stats.errorsByPrefix)).toEqual({ ERR: 6, WRONGPASS: 1 });
  expect(server.server.stats.errorReplies).toBe(7);
  expect(server.server.stats.commandsProcessed).toBe(8);
  expect(client.take().match(/-(ERR|WRONGPASS)/g)?.length).toBe(7);
});

// A clock that goes on a little whenever it is read, so that readings can be counted and sums checked.
function tickingServer(config: Readonly<Record<string, string>> = {}): {
  server: TestServer;
  readings: number[];
} {
  const server = createTestServer({ config });
  const readings: number[] = [];
  let nowUs = 1_000_000;
  server.server.monotonicUs = () => {
    nowUs += 0.25 * (1 + (readings.length % 3)); // In all less than the longest turn.
    readings.push(nowUs);
    return nowUs;
  };
  return { server, readings };
}

function totalUsec(server: TestServer): number {
  let total = 0;
  for (const command of server.server.commands.values()) {
    total += command.stats.usec;
    for (const subcommand of command.byName.values()) total += subcommand.stats.usec;
  }
  return total;
}

test("a run of one fast command is counted call by call and timed by its ends", () => {
  const { server, readings } = tickingServer();
  const client = server.connect();
  client.send(pipeline(...Array.from({ length: 1000 }, () => ["PING"])));
  expect(statsOf(server, "ping").calls).toBe(1000);
  expect(readings.length).toBeLessThan(1000 / 8);
  expect(readings.length).toBeGreaterThan(1000 / 16); // A run ends after 16 calls.
  expect(totalUsec(server)).toBe((readings.at(-1) ?? 0) - (readings[0] ?? 0));
});

test("the time between the ends of a batch is given to its commands, all of it and once", () => {
  const { server, readings } = tickingServer();
  const client = server.connect();
  const requests = Array.from(
    { length: 500 },
    (_, i) => [["PING"], ["GET", "a"], ["PING"], ["KEYS", "*"]][(i * 7) % 4] ?? [],
  );
  client.send(pipeline(...requests, ["PING"]));
  expect(statsOf(server, "ping").calls + statsOf(server, "get").calls + statsOf(server, "keys").calls).toBe(
    501,
  );
  expect(totalUsec(server)).toBe((readings.at(-1) ?? 0) - (readings[0] ?? 0));
  // The latency histograms hold every call as well.
  const histogram = server.command("ping")?.stats.histogram ?? new Float64Array(0);
  expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(statsOf(server, "ping").calls);
});

test("while the slow log asks for every command, each one is timed alone", () => {
  const { server, readings } = tickingServer({ "slowlog-log-slower-than": "0" });
  server.connect().send(pipeline(...Array.from({ length: 100 }, (_, i) => ["SET", `k${i}`, "1"])));
  expect(readings.length).toBeGreaterThan(100);
  expect(server.run("SLOWLOG", "LEN")).toBe(":100\r\n");
});

test("a slow command is in the slow log with its arguments and its time, a fast one is not", () => {
  const server = createTestServer({ config: { "enable-debug-command": "yes" } });
  server.run("PING");
  server.run("DEBUG", "SLEEP", "0.05");
  server.run("DEBUG", "SLEEP", "0.001");
  const log = server.run("SLOWLOG", "GET");
  expect(log).toMatch(
    /^\*1\r\n\*6\r\n:\d+\r\n:\d+\r\n:50000\r\n\*3\r\n\$5\r\nDEBUG\r\n\$5\r\nSLEEP\r\n\$4\r\n0\.05\r\n/,
  );
  expect(statsOf(server, "debug")).toMatchObject({ calls: 2, usec: 51_000 });
});

test("a slow command is a latency event once the threshold asks for it", () => {
  const server = createTestServer({ config: { "enable-debug-command": "yes" } });
  server.run("DEBUG", "SLEEP", "0.05");
  expect(server.run("LATENCY", "LATEST")).toBe("*0\r\n");
  server.run("CONFIG", "SET", "latency-monitor-threshold", "10");
  server.run("DEBUG", "SLEEP", "0.005");
  server.run("DEBUG", "SLEEP", "0.02");
  expect(server.run("LATENCY", "LATEST")).toMatch(/^\*1\r\n\*4\r\n\$7\r\ncommand\r\n:\d+\r\n:20\r\n:20\r\n$/);
});

test("CONFIG RESETSTAT sets the counts back to 0", () => {
  const server = createTestServer();
  server.run("INCR", "a", "b");
  server.run("GET", "a");
  server.run("CLIENT", "ID");
  server.run("CONFIG", "RESETSTAT");
  for (const name of ["get", "incr", "client|id"]) {
    expect(statsOf(server, name)).toEqual({ calls: 0, rejected: 0, failed: 0, usec: 0 });
  }
  expect(server.server.stats.errorReplies).toBe(0);
});

test("the slow log never shows one request's arguments for another's time", () => {
  const server = createTestServer({ config: { "slowlog-log-slower-than": "1000" } });
  // The turn's begin and the look whether it is over read one time, and its end a later one.
  let readings = 0;
  server.server.monotonicUs = () => (++readings >= 3 ? 5000 : 0);
  const client = server.connect();
  // The second request is incomplete: parsing it takes the place of the first one's arguments.
  const next = encodeRequest(["SET", "other", "value"]);
  client.send(Buffer.concat([encodeRequest(["GET", "slow"]), next.subarray(0, next.length - 4)]));
  const log = server.run("SLOWLOG", "GET");
  expect(log).not.toContain("other");
});
