// Applications: whole pieces of software over their libraries, with several processes' worth of connections.
//
// Role: longer flows than those of libraries.ts: a queue of ten thousand jobs, locks that are fought for, limits under
// a burst, sessions behind an HTTP server, and a chat over two servers.

import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createAdapter } from "@socket.io/redis-adapter";
import { Queue, Worker } from "bullmq";
import { RedisStore } from "connect-redis";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { createClient } from "redis";

import { Server as SocketServer } from "socket.io";
import { type Socket as ClientSocket, io as connectSocket } from "socket.io-client";
import { type Flow, isAbout, type Place, refusal, until } from "./flow.ts";
import { ExecutionError, Redlock } from "./redlock.ts";

const JOBS = 10_000;
const WORKERS = 4;

export const applicationFlows: readonly Flow[] = [
  {
    name: `BullMQ: ${JOBS} jobs, ${WORKERS} workers`,
    needs: ["eval", "evalsha", "xadd", "zadd", "hset", "lpush", "bzpopmin"],
    msMax: 180_000,
    run: runQueue,
  },
  { name: "redlock: locks that three processes want", needs: ["eval", "evalsha", "set"], run: runLocks },
  {
    name: "rate-limiter-flexible: a burst over several connections",
    needs: ["eval", "evalsha", "pttl", "incrby", "pexpire"],
    run: runBurst,
  },
  {
    name: "connect-redis: sessions behind two HTTP servers",
    needs: ["set", "get", "mget", "expire", "del", "scan"],
    run: runSessions,
  },
  {
    name: "socket.io: rooms over two servers by the Redis adapter",
    needs: ["publish", "subscribe", "psubscribe", "pubsub|numsub"],
    run: runChat,
  },
];

// Every job is done once, a failed one again, and what is left in the queue is what was asked to be kept.
async function runQueue(place: Place): Promise<unknown> {
  const connection = { ...place, maxRetriesPerRequest: null };
  const queue = new Queue("many", { connection });
  const runs = new Map<number, number>();
  let sum = 0;
  const workers = Array.from(
    { length: WORKERS },
    () =>
      new Worker(
        "many",
        async (job) => {
          const n = Number(job.data.n);
          runs.set(n, (runs.get(n) ?? 0) + 1);
          if (n % 1000 === 999 && job.attemptsMade === 0) throw new Error("at first");
          sum += n;
          return n;
        },
        { connection, concurrency: 50 },
      ),
  );
  try {
    for (let first = 0; first < JOBS; first += 1000) {
      await queue.addBulk(
        Array.from({ length: 1000 }, (_, i) => ({
          name: "job",
          data: { n: first + i },
          opts: { attempts: 2, removeOnComplete: { count: 2000 } },
        })),
      );
    }
    const counts = await until(
      () => queue.getJobCounts("waiting", "active", "delayed", "failed", "completed"),
      ({ waiting, active, delayed }) => waiting === 0 && active === 0 && delayed === 0,
      { waitMsMax: 150_000, pollMs: 50 },
    );
    const again = [...runs].filter(([, count]) => count === 2).map(([n]) => n);
    return [counts, runs.size, sum, again.sort((a, b) => a - b), Math.max(...runs.values())];
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
    await queue.close();
  }
}

async function runLocks(place: Place): Promise<unknown> {
  const clients = [1, 2, 3].map(() => new Redis({ ...place }));
  const patient = { retryCount: 400, retryDelay: 5, retryJitter: 5 };
  const [one, two] = clients.map((client) => new Redlock([client], patient).on("error", () => {}));
  try {
    if (one === undefined || two === undefined) throw new Error("there are three");
    const lock = await one.acquire(["{locks}:a", "{locks}:b"], 10_000);
    const refused = await two
      .acquire(["{locks}:b"], 1000, { retryCount: 0 })
      .catch((error: unknown) => error);
    const longer = await lock.extend(20_000);
    const ttl = await clients[0]?.pttl("{locks}:a");
    await longer.release();
    const late = await refusal(longer.release());
    const next = await two.acquire(["{locks}:b"], 5000, { retryCount: 0 });
    await next.release();

    // A read and a write that must not be parted, by all three at once.
    let inside = 0;
    let insideMax = 0;
    await Promise.all(
      clients.map(async (client) => {
        const locks = new Redlock([client], patient).on("error", () => {});
        for (let i = 0; i < 20; i++) {
          await locks.using(["{locks}:count"], 5000, async () => {
            insideMax = Math.max(insideMax, ++inside);
            const value = Number((await client.get("count")) ?? 0);
            await client.set("count", value + 1);
            inside--;
          });
        }
      }),
    );
    const left = await clients[0]?.keys("*");
    return [
      refused instanceof ExecutionError,
      isAbout(ttl ?? 0, 20_000, 2000),
      late.slice(0, 60),
      insideMax,
      await clients[0]?.get("count"),
      left,
    ];
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function runBurst(place: Place): Promise<unknown> {
  const clients = [1, 2, 3, 4].map(() => new Redis({ ...place }));
  try {
    const limiters = clients.map(
      (storeClient) =>
        new RateLimiterRedis({
          storeClient,
          points: 50,
          duration: 1000,
          blockDuration: 2000,
          keyPrefix: "burst",
        }),
    );
    const names = ["ann", "bob", "cat"];
    const verdicts = await Promise.all(
      Array.from({ length: 600 }, (_, i) => {
        const name = names[i % names.length] ?? "";
        const limiter = limiters[i % limiters.length] as RateLimiterRedis;
        return limiter.consume(name).then(
          () => `${name} may`,
          () => `${name} may not`,
        );
      }),
    );
    const counted: Record<string, number> = {};
    for (const verdict of verdicts) counted[verdict] = (counted[verdict] ?? 0) + 1;
    const first = limiters[0] as RateLimiterRedis;
    const state = await first.get("ann");
    const isBlocked = isAbout((state?.msBeforeNext ?? 0) / 1000, 2000, 100);
    await first.reward("bob", 3);
    await first.delete("cat");
    const after = await first.consume("cat", 10);
    return [Object.entries(counted).sort(), isBlocked, after.remainingPoints, after.isFirstInDuration];
  } finally {
    for (const client of clients) client.disconnect();
  }
}

type Session = { user?: string; visits?: number; destroy(done: () => void): void };
type WithSession = IncomingMessage & { session: Session };
type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

// The package has no types of its own.
const expressSession = createRequire(import.meta.url)("express-session") as (
  options: Readonly<Record<string, unknown>>,
) => Middleware;

function answerWithSession(request: WithSession, response: ServerResponse): void {
  const { session, url = "/" } = request;
  if (url.startsWith("/login/")) session.user = url.slice("/login/".length);
  if (url === "/logout") {
    session.destroy(() => response.end("bye"));
    return;
  }
  session.visits = (session.visits ?? 0) + 1;
  response.end(`${session.user ?? "stranger"} ${session.visits}`);
}

// One who logs in at one server is known at the other, until the session is over or its time is.
async function runSessions(place: Place): Promise<unknown> {
  const clients = await Promise.all(
    [1, 2].map(() =>
      createClient({ socket: { ...place } })
        .on("error", () => {})
        .connect(),
    ),
  );
  const servers: HttpServer[] = [];
  try {
    const ports: number[] = [];
    for (const client of clients) {
      const middleware = expressSession({
        store: new RedisStore({ client, prefix: "web:", ttl: 500 }),
        secret: "only for this test",
        resave: false,
        saveUninitialized: false,
      });
      const http = createServer((request, response) =>
        middleware(request, response, () => answerWithSession(request as WithSession, response)),
      );
      servers.push(http);
      await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", () => resolve()));
      ports.push((http.address() as AddressInfo).port);
    }
    let cookie = "";
    const visit = async (server: number, path: string): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${ports[server]}${path}`, { headers: { cookie } });
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      return response.text();
    };
    const [client] = clients;
    const seen = [
      await visit(0, "/"),
      await visit(0, "/login/ann"),
      await visit(1, "/"),
      await visit(0, "/"),
    ];
    const kept = await client?.keys("web:*");
    const ttl = await client?.ttl(kept?.[0] ?? "");
    seen.push(await visit(1, "/logout"), await visit(0, "/"));
    cookie = "";
    seen.push(await visit(0, "/login/bob"));
    for (const key of (await client?.keys("web:*")) ?? []) await client?.del(key);
    seen.push(await visit(1, "/"));
    return [seen, kept?.length, isAbout(ttl ?? 0, 500, 20)];
  } finally {
    for (const http of servers) http.close();
    for (const client of clients) client.destroy();
  }
}

type ChatServer = { readonly http: HttpServer; readonly io: SocketServer; readonly clients: Redis[] };

async function startChat(place: Place): Promise<ChatServer> {
  const clients = [new Redis({ ...place }), new Redis({ ...place })] as const;
  const http = createServer();
  const io = new SocketServer(http, { adapter: createAdapter(...clients, { requestsTimeout: 10_000 }) });
  io.on("connection", (socket) => {
    socket.on("join", async (room: string, done: () => void) => {
      await socket.join(room);
      done();
    });
    socket.on("say", (room: string, text: string) => {
      io.to(room).emit("said", text);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", () => resolve()));
  return { http, io, clients: [...clients] };
}

async function runChat(place: Place): Promise<unknown> {
  const servers = [await startChat(place), await startChat(place)];
  const people: ClientSocket[] = [];
  try {
    const heard: string[][] = [];
    for (let i = 0; i < 4; i++) {
      const { port } = (servers[i % 2] as ChatServer).http.address() as AddressInfo;
      const person = connectSocket(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true });
      people.push(person);
      const own: string[] = [];
      heard.push(own);
      person.on("said", (text: string) => own.push(text));
      await new Promise<void>((resolve) => person.once("connect", () => resolve()));
      await person.emitWithAck("join", i < 3 ? "red" : "blue");
    }
    const [one, two] = servers.map(({ io }) => io) as [SocketServer, SocketServer];
    // Both servers listen to each other once each sees all four.
    const seen = await until(
      async () => (await one.fetchSockets()).length + (await two.fetchSockets()).length,
      (count) => count === 8,
    );
    for (let i = 0; i < 100; i++) people[i % 3]?.emit("say", "red", `${i % 3}:${i}`);
    people[3]?.emit("say", "blue", "alone");
    two.to(["red", "blue"]).except("blue").emit("said", "from the server");
    one.emit("said", "to all");
    await until(
      async () => heard.map((each) => each.length).join(),
      (counts) => counts === "102,102,102,2",
    );
    two.on("question", (n: number, answer: (m: number) => void) => answer(n * 2));
    const answers = await one.serverSideEmitWithAck("question", 21);
    const inRed = (await two.in("red").fetchSockets()).length;
    await one.in("red").socketsJoin("green");
    await two.in("green").socketsLeave("red");
    const moved = await until(
      async () => [
        (await one.in("red").fetchSockets()).length,
        (await two.in("green").fetchSockets()).length,
      ],
      ([red]) => red === 0,
    );
    const gone = Promise.all(
      people
        .slice(0, 3)
        .map((each) => new Promise<void>((resolve) => each.once("disconnect", () => resolve()))),
    );
    one.in("green").disconnectSockets(true);
    await gone;
    // Each person's own words come in order; how several people's mix is chance.
    const inOrder = heard.map((each) =>
      [0, 1, 2].map((who) => each.filter((text) => text.startsWith(`${who}:`)).join()),
    );
    return [
      seen,
      heard.map((each) => [...each].sort()),
      inOrder,
      answers,
      inRed,
      moved,
      people[3]?.connected,
    ];
  } finally {
    for (const person of people) person.disconnect();
    for (const { io, clients } of servers) {
      await io.close();
      // Not at once: the adapter waits for nobody when it unsubscribes.
      for (const client of clients) await client.quit();
    }
  }
}
