import { expect, test } from "vitest";
import { createTestServer } from "../../src/testing/command-runner.ts";
import type { Invoked, Lost, Malformed, Pushed, Replied } from "../events.ts";
import type { ClientProgram, Step } from "../plan.ts";
import { Client } from "./client.ts";
import { bytesOf, textOf } from "./latin1.ts";
import type { ClientStreamEvents, ClientWorld } from "./wire.ts";

/** A world of one client and a server that is a function: what it returns comes back a millisecond later. */
class SmallWorld implements ClientWorld {
  nowUs = 0;
  readonly log: string[] = [];
  readonly writes: string[] = [];
  /** Connections from this one on are refused. */
  refusedFrom = Number.POSITIVE_INFINITY;
  private readonly due: { atUs: number; fire: () => void }[] = [];
  private events: ClientStreamEvents | undefined;
  private readonly respond: (text: string, connection: number) => string;
  private held: string | undefined;

  constructor(respond: (text: string, connection: number) => string) {
    this.respond = respond;
  }

  readonly emit = {
    invoked: (e: Invoked) => this.log.push(`${e.request}> ${e.words.join(" ")}`),
    replied: (e: Replied) => this.log.push(`${e.request}< ${e.reply.trim()}`),
    lost: (e: Lost) => this.log.push(`lost ${e.how} [${e.requests.join(" ")}]`),
    pushed: (e: Pushed) => this.log.push(`pushed ${e.bytes.trim()}`),
    malformed: (e: Malformed) => this.log.push(`malformed ${e.text}`),
    wentRaw: () => this.log.push("raw"),
  };

  at(atUs: number, fire: () => void): void {
    this.due.push({ atUs, fire });
  }

  expect(): () => void {
    return () => undefined;
  }

  dial(from: { connection: number }, _node: number, on: ClientStreamEvents): ReturnType<ClientWorld["dial"]> {
    this.events = on;
    let isClosed = false;
    const isRefused = from.connection >= this.refusedFrom;
    this.at(this.nowUs + 1000, () => (isRefused ? on.closed("refused") : on.opened()));
    return {
      write: (bytes) => {
        const text = textOf(bytes, bytes.length);
        this.writes.push(text);
        const answer = this.respond(text, from.connection);
        this.at(this.nowUs + 1000, () => {
          if (isClosed) return;
          if (this.held !== undefined) this.held += answer;
          else if (answer !== "") on.data(bytesOf(answer), answer.length);
        });
      },
      pauseReading: () => {
        this.held = "";
      },
      resumeReading: () => {
        const text = this.held ?? "";
        this.held = undefined;
        on.data(bytesOf(text), text.length);
      },
      end: () => undefined,
      destroy: () => {
        isClosed = true;
      },
    };
  }

  /** The server breaks the present connection. */
  reset(): void {
    this.events?.closed("reset");
  }

  run(program: Partial<ClientProgram> & { steps: readonly Step[] }): Client {
    const client = new Client(this, { ...defaults, ...program });
    client.start();
    this.pass();
    // A client that is done hangs up, which says nothing of the story before.
    if (client.isDone && this.log.at(-1) === "lost own []") this.log.pop();
    return client;
  }

  pass(untilUs = 200_000_000): void {
    for (;;) {
      this.due.sort((a, b) => a.atUs - b.atUs);
      const next = this.due[0];
      if (next === undefined || next.atUs > untilUs) return;
      this.due.shift();
      this.nowUs = next.atUs;
      next.fire();
    }
  }
}

const defaults: Omit<ClientProgram, "steps"> = {
  id: 1,
  kind: "plain",
  node: 0,
  protocol: 2,
  window: 1,
  reconnects: true,
  startUs: 0,
};

function call(line: string, gapUs = 0): Step {
  return { do: "call", words: line.split(" "), gapUs };
}

// The production server, so that the client's expectations are held against the real thing.
function overServer(config: Record<string, string> = {}): SmallWorld {
  const server = createTestServer({ config });
  const clients = new Map<number, ReturnType<typeof server.connect>>();
  return new SmallWorld((text, connection) => {
    const client = clients.get(connection) ?? server.connect();
    clients.set(connection, client);
    client.send(text);
    return client.take();
  });
}

test("one request at a time, each with its reply", () => {
  const world = overServer();
  const client = world.run({ steps: [call("SET a 1"), call("INCR a"), call("GET b")] });
  expect(world.log).toEqual(["0> SET a 1", "0< +OK", "1> INCR a", "1< :2", "2> GET b", "2< $-1"]);
  expect(client.isDone).toBe(true);
});

test("a window of requests leaves in one write, and never more are unanswered", () => {
  const world = overServer();
  world.run({ window: 3, steps: Array.from({ length: 7 }, (_, i) => call(`APPEND k ${i}`)) });
  expect(world.writes.map((text) => text.split("APPEND").length - 1)).toEqual([3, 3, 1]);
  expect(world.log.filter((line) => line.includes("<")).length).toBe(7);
});

test("CLIENT REPLY OFF and SKIP are followed, and the silent requests are told when a reply proves them passed", () => {
  const world = overServer();
  world.run({
    window: 8,
    steps: [
      "CLIENT REPLY SKIP",
      "SET a 1",
      "GET a",
      "CLIENT REPLY off",
      "SET a 2",
      "CLIENT REPLY ON",
      "GET a",
    ].map((line) => call(line)),
  });
  expect(world.log.filter((line) => line.includes("<"))).toEqual([
    "0< ",
    "1< ",
    "2< $1\r\n1",
    "3< ",
    "4< ",
    "5< +OK",
    "6< $1\r\n2",
  ]);
});

test("a program that ends silent asks for a reply, and is then done", () => {
  const world = overServer();
  const client = world.run({ window: 4, steps: [call("CLIENT REPLY OFF"), call("SET a 1")] });
  expect(world.log.slice(-3)).toEqual(["0< ", "1< ", "2< +OK"]);
  expect(client.isDone).toBe(true);
});

test("a refused CLIENT REPLY OFF is no mode: those behind it are answered", () => {
  const world = overServer({ requirepass: "p" });
  world.run({ window: 4, steps: [call("CLIENT REPLY OFF"), call("GET a"), call("AUTH p"), call("GET a")] });
  const replies = world.log.filter((line) => line.includes("<")).map((line) => line.slice(0, 9));
  expect(replies).toEqual(["0< -NOAUT", "1< -NOAUT", "2< +OK", "3< $-1", "4< +OK"]);
  expect(world.log.some((line) => line.startsWith("malformed"))).toBe(false);
});

test("HELLO and RESET change the protocol from their own reply on", () => {
  const world = overServer();
  const protocols: number[] = [];
  const told = world.emit.replied;
  world.emit.replied = (event) => {
    protocols.push(event.protocol);
    return told(event);
  };
  world.run({
    window: 9,
    steps: ["PING", "HELLO 3", "GET x", "HELLO 9", "RESET", "GET x"].map((l) => call(l)),
  });
  expect(protocols).toEqual([2, 3, 3, 3, 2, 2]);
});

test("a scan goes on until the cursor is 0", () => {
  const world = overServer();
  const sets = Array.from({ length: 40 }, (_, i) => call(`SET k${i} v`));
  world.run({ window: 50, steps: [...sets, { do: "scan", words: ["COUNT", "3"] }, call("PING")] });
  const scans = world.log.filter((line) => line.includes("> SCAN"));
  expect(scans.length).toBeGreaterThan(5);
  expect(world.log.at(-1)).toBe(`${40 + scans.length}< +PONG`);
});

test("a lost connection names the requests without reply, and the program goes on over a new one", () => {
  const world = new SmallWorld((text, connection) =>
    connection === 0 ? "" : text.includes("PING") ? "+PONG\r\n" : "",
  );
  world.at(5000, () => world.reset());
  world.run({ window: 2, steps: [call("GET a"), call("GET b"), call("PING")] });
  expect(world.log).toEqual(["0> GET a", "1> GET b", "lost reset [0 1]", "2> PING", "2< +PONG"]);
});

test("a program that does not reconnect ends with its connection", () => {
  const world = new SmallWorld(() => "");
  world.at(5000, () => world.reset());
  const client = world.run({ reconnects: false, steps: [call("GET a"), call("PING")] });
  expect([world.log.at(-1), client.isDone]).toEqual(["lost reset [0]", true]);
});

test("a refused connection is dialled again, but not for ever", () => {
  const world = new SmallWorld(() => "+PONG\r\n");
  world.refusedFrom = 0;
  const client = world.run({ steps: [call("PING")] });
  expect(client.isDone).toBe(true);
  expect(world.log.filter((line) => line === "lost refused []").length).toBeGreaterThan(20);
});

test("a server that never answers is left after the client's patience, not before", () => {
  const world = new SmallWorld((_, connection) => (connection === 0 ? "" : "+PONG\r\n"));
  const client = new Client(world, { ...defaults, steps: [call("PING"), call("PING")] });
  client.start();
  world.pass(59_000_000);
  expect(world.log).toEqual(["0> PING"]);
  world.pass();
  expect(world.log.slice(1)).toEqual(["lost timed-out [0]", "1> PING", "1< +PONG", "lost own []"]);
});

test("replies that nobody asked for, and bytes that are no reply, are malformed", () => {
  const twice = new SmallWorld(() => "+PONG\r\n+PONG\r\n");
  twice.run({ steps: [call("PING")] });
  expect(twice.log.at(-1)).toBe('malformed a reply nobody asked for: "+PONG\\r\\n"');
  const junk = new SmallWorld(() => "what\r\n");
  junk.run({ reconnects: false, steps: [call("PING")] });
  expect(junk.log.slice(1)).toEqual(['malformed no reply begins with "what\\r\\n"', "lost own [0]"]);
});

test("what raw bytes bring back is not matched, and the next request goes over a new connection", () => {
  const world = overServer();
  world.run({ steps: [call("SET a 1"), { do: "raw", bytes: "GET a\r\nGET a\r\n" }, call("GET a")] });
  expect(world.log).toEqual(["0> SET a 1", "raw", "0< +OK", "lost own []", "1> GET a", "1< $1\r\n1"]);
});

test("lines of MONITOR and RESP3 pushes are told apart from replies", () => {
  const world = new SmallWorld((text) =>
    text.includes("MONITOR")
      ? '+OK\r\n+12.000001 [0 1.2.3.4:5] "GET"\r\n'
      : ">1\r\n$1\r\nx\r\n+12.000002 no feed line\r\n",
  );
  world.run({ steps: [call("MONITOR"), call("ECHO x")] });
  expect(world.log).toEqual([
    "0> MONITOR",
    "0< +OK",
    'pushed +12.000001 [0 1.2.3.4:5] "GET"',
    "1> ECHO x",
    "pushed >1\r\n$1\r\nx",
    "1< +12.000002 no feed line",
  ]);
});

test("a stalled client reads nothing meanwhile, and all afterwards", () => {
  const world = overServer();
  world.run({
    window: 4,
    steps: [call("PING"), { do: "stall", forUs: 500_000 }, call("PING"), call("PING")],
  });
  expect(world.log.filter((line) => line.includes("<")).length).toBe(3);
  expect(world.nowUs).toBeGreaterThan(500_000);
});

test("a client in a hurry keeps no gaps", () => {
  const world = overServer();
  const client = new Client(world, { ...defaults, steps: [call("PING", 70_000), call("PING", 80_000)] });
  client.hurry();
  client.start();
  world.pass(50_000);
  expect(client.isDone).toBe(true);
});

test("a gap lets virtual time pass before the step", () => {
  const world = overServer();
  const times: number[] = [];
  const told = world.emit.invoked;
  world.emit.invoked = (event) => {
    times.push(event.atUs);
    return told(event);
  };
  world.run({ window: 4, steps: [call("PING"), call("PING", 70_000)] });
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(70_000);
});

test("a side that is closed first still gets its replies, and the program goes on over a new connection", () => {
  const world = overServer();
  world.at(4000, () => world.reset());
  world.run({
    window: 4,
    steps: [call("SET a 1"), call("GET a"), { do: "disconnect", how: "half" }, call("PING")],
  });
  expect(world.log).toEqual([
    "0> SET a 1",
    "1> GET a",
    "0< +OK",
    "1< $1\r\n1",
    "lost reset []",
    "2> PING",
    "2< +PONG",
  ]);
});

const confirm = (kind: string, name: string, count: number, mark = "*"): string =>
  `${mark}3\r\n$${kind.length}\r\n${kind}\r\n$${name.length}\r\n${name}\r\n:${count}\r\n`;
const message = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n";

test.each(["*", ">"])(
  "a subscription is answered once for each channel, and messages come unasked (%s)",
  (mark) => {
    const world = new SmallWorld((text) => {
      if (text.includes("UNSUBSCRIBE"))
        return `${message}${confirm("unsubscribe", "a", 1, mark)}${confirm("unsubscribe", "b", 0, mark)}`;
      if (text.includes("PING")) return "+PONG\r\n";
      return `${confirm("subscribe", "a", 1, mark)}${message}${confirm("subscribe", "b", 2, mark)}`;
    });
    world.run({ steps: [call("SUBSCRIBE a b"), call("UNSUBSCRIBE"), call("PING")] });
    expect(world.log.map((line) => line.replaceAll(/\r\n[$:]\d*|\r\n/g, " ").slice(0, 40))).toEqual([
      "0> SUBSCRIBE a b",
      "pushed *3  message  a  hi",
      expect.stringMatching(/^0< .3 {2}subscribe {2}a/),
      "1> UNSUBSCRIBE",
      "pushed *3  message  a  hi",
      expect.stringMatching(/^1< .3 {2}unsubscribe {2}a/),
      "2> PING",
      "2< +PONG",
    ]);
  },
);

test.each(["-NOAUTH no", "+QUEUED"])("a subscription that is answered %s has had its reply", (only) => {
  const world = new SmallWorld((text) => (text.includes("PING") ? "+PONG\r\n" : `${only}\r\n`));
  world.run({ steps: [call("SUBSCRIBE a b c"), call("PING")] });
  expect(world.log).toEqual(["0> SUBSCRIBE a b c", `0< ${only}`, "1> PING", "1< +PONG"]);
});

test("giving up subscriptions that never were is answered once, in RESP3 too", () => {
  const world = new SmallWorld((text) =>
    text.includes("PING") ? "+PONG\r\n" : ">3\r\n$11\r\nunsubscribe\r\n_\r\n:0\r\n",
  );
  world.run({ steps: [call("UNSUBSCRIBE"), call("PING")] });
  expect(world.log.map((line) => line.slice(0, 8))).toEqual([
    "0> UNSUB",
    "0< >3\r\n$",
    "1> PING",
    "1< +PONG",
  ]);
});
