// Histories: runs written by hand, or by a small fake server, for the tests of the checks.
//
// Role: a check is only worth what it catches, so each is shown bad histories, and good ones. A history is a list
// of events as data, which a test may change before it is played to a check.
// Everything happens ten virtual microseconds after what came before it, unless `wait` says otherwise.

import type { Check, Violation } from "../check.ts";
import type { Invoked, NodeEnded, Watcher } from "../events.ts";
import type { ClientProgram, NodePlan, Plan } from "../plan.ts";
import { type Emit, fanOut } from "../world/fan-out.ts";
import type { LiveNode } from "../world/live-node.ts";
import { Followers } from "./followers.ts";

/** One event with the watcher's method that it goes to, the time, and the node's clock then. */
export type Happening = {
  [Name in keyof Watcher]-?: {
    readonly on: Name;
    readonly event: Parameters<NonNullable<Watcher[Name]>>[0];
    readonly nowUs: number;
    readonly wallMs: number;
  };
}[keyof Watcher];

export type HistoryOptions = {
  readonly config?: Readonly<Record<string, string>>;
  /** Answers of the running node; what is not given answers with nothing. A node holds no keys before its first call. */
  readonly node?: Partial<LiveNode>;
  /** What a node holds when it has started again; starts are counted from 0. */
  readonly recovered?: (db: number, generation: number) => ReturnType<LiveNode["state"]>;
  /** Programs of clients, where a check asks for them. */
  readonly clients?: readonly ClientProgram[];
};

const STEP_US = 10;
/** The nodes' wall clock at virtual time 0. */
export const startMs = 1_700_000_000_000;

export class History {
  readonly happenings: Happening[] = [];
  readonly options: HistoryOptions;
  nowUs = 0;
  /** Added to the node's wall clock. */
  clockOffsetMs = 0;
  private generation = -1;
  private readonly requests = new Map<number, number>();
  private readonly connections = new Map<number, number>();
  private readonly sessions = new Map<number, number>();
  private readonly protocols = new Map<number, 2 | 3>();
  private readonly replies = new Map<string, string>();
  private nextSession = 1;

  constructor(options: HistoryOptions = {}) {
    this.options = options;
    this.start();
  }

  wait(us: number): this {
    this.nowUs += us;
    return this;
  }

  get wallMs(): number {
    return startMs + this.clockOffsetMs + Math.floor(this.nowUs / 1000);
  }

  start(config = this.options.config ?? {}): this {
    this.generation++;
    this.add("nodeStarted", { atUs: this.tick(), node: 1, generation: this.generation, config });
    return this;
  }

  /** The node has loaded what it kept. */
  recover(): this {
    this.add("nodeRecovered", { atUs: this.tick(), node: 1, generation: this.generation });
    return this;
  }

  /** The node goes down, and with it every session. */
  end(how: NodeEnded["how"], text?: string): this {
    for (const client of [...this.sessions.keys()]) this.closeSession(client);
    const event = { atUs: this.tick(), node: 1, generation: this.generation, how };
    this.add("nodeEnded", text === undefined ? event : { ...event, text });
    return this;
  }

  /** A whole exchange. */
  call(client: number, words: string | readonly string[], reply: string): Invoked {
    const request = this.invoke(client, words);
    this.execute(request, reply);
    this.reply(request);
    return request;
  }

  invoke(client: number, words: string | readonly string[]): Invoked {
    const request = this.requests.get(client) ?? 0;
    this.requests.set(client, request + 1);
    const event: Invoked = {
      atUs: this.tick(),
      client,
      request,
      node: 1,
      connection: this.connections.get(client) ?? 0,
      words: typeof words === "string" ? words.split(" ") : words,
    };
    this.add("invoked", event);
    return event;
  }

  /** The server runs it. `reply` may lack its last CR LF, so that simple ones read well. */
  execute(
    request: Invoked,
    reply: string,
    change: { readonly nowMs?: number; readonly transaction?: "queued" | "inner" } = {},
  ): this {
    const bytes = reply === "" || reply.endsWith("\r\n") ? reply : `${reply}\r\n`;
    const session = this.sessionOf(request.client);
    this.replies.set(`${request.client}.${request.request}`, bytes);
    this.add("executed", {
      atUs: this.tick(),
      node: 1,
      generation: this.generation,
      client: request.client,
      connection: request.connection,
      session,
      call: {
        client: session,
        nowMs: change.nowMs ?? this.wallMs,
        words: request.words,
        isRequestCut: false,
        reply: bytes,
        isReplyCut: false,
        protocol: this.protocols.get(request.client) ?? 2,
        transaction: change.transaction ?? (reply.startsWith("+QUEUED") ? "queued" : undefined),
      },
    });
    return this;
  }

  /** The client has its reply: what was executed, unless another is given. */
  reply(request: Invoked, reply?: string): this {
    const told = this.replies.get(`${request.client}.${request.request}`) ?? "";
    const bytes = reply === undefined || reply.endsWith("\r\n") ? (reply ?? told) : `${reply}\r\n`;
    const { client, connection } = request;
    const protocol = this.protocols.get(client) ?? 2;
    const atUs = this.tick();
    this.add("replied", { atUs, client, connection, request: request.request, reply: bytes, protocol });
    return this;
  }

  /** The client loses its connection, and with it these requests; the next request goes over a new one. */
  lose(client: number, requests: readonly Invoked[] = []): this {
    const connection = this.connections.get(client) ?? 0;
    this.connections.set(client, connection + 1);
    const atUs = this.tick();
    this.add("lost", {
      atUs,
      client,
      connection,
      requests: requests.map((each) => each.request),
      how: "reset",
    });
    this.closeSession(client);
    return this;
  }

  push(client: number, bytes: string): this {
    const connection = this.connections.get(client) ?? 0;
    this.add("pushed", { atUs: this.tick(), client, connection, bytes });
    return this;
  }

  malformed(client: number, text: string): this {
    this.add("malformed", { atUs: this.tick(), client, connection: this.connections.get(client) ?? 0, text });
    return this;
  }

  raw(client: number, bytes: string): this {
    const connection = this.connections.get(client) ?? 0;
    this.add("wentRaw", { atUs: this.tick(), client, node: 1, connection, bytes });
    return this;
  }

  remove(key: string, why: "expired" | "evicted", db = 0): this {
    const { generation, wallMs: nowMs } = this;
    this.add("removed", { atUs: this.tick(), node: 1, generation, nowMs, db, key, why });
    return this;
  }

  turn(): this {
    this.tick();
    this.add("turnEnded", 1);
    return this;
  }

  heal(): this {
    this.add("healed", this.tick());
    return this;
  }

  finish(): this {
    this.add("finished", this.tick());
    return this;
  }

  /** For one more step in the middle of a chain. */
  also(step: (history: this) => void): this {
    step(this);
    return this;
  }

  useProtocol(client: number, protocol: 2 | 3): this {
    this.protocols.set(client, protocol);
    return this;
  }

  openSession(client: number): this {
    this.sessionOf(client);
    return this;
  }

  /** What `check` says to this history. */
  violations(check: Check): readonly Violation[] {
    return play(check, this.happenings, this.options).violations;
  }

  private sessionOf(client: number): number {
    const known = this.sessions.get(client);
    if (known !== undefined) return known;
    const session = this.nextSession++;
    this.sessions.set(client, session);
    const connection = this.connections.get(client) ?? 0;
    this.add("sessionOpened", { node: 1, generation: this.generation, session, client, connection });
    return session;
  }

  private closeSession(client: number): void {
    const session = this.sessions.get(client);
    if (session === undefined) return;
    this.sessions.delete(client);
    this.protocols.delete(client);
    this.add("sessionClosed", { node: 1, generation: this.generation, session });
  }

  private add<Name extends Happening["on"]>(on: Name, event: (Happening & { on: Name })["event"]): void {
    this.happenings.push({ on, event, nowUs: this.nowUs, wallMs: this.wallMs } as Happening);
  }

  private tick(): number {
    this.nowUs += STEP_US;
    return this.nowUs;
  }
}

export type Played = {
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<string, number>>;
};

/** Plays events to a check made anew. */
export function play(check: Check, happenings: readonly Happening[], options: HistoryOptions = {}): Played {
  const violations: Violation[] = [];
  let nowUs = 0;
  let generation = 0;
  let isUp = false;
  let isFresh = true;
  let wallMs = startMs;
  const node: LiveNode = {
    id: 1,
    get generation() {
      return generation;
    },
    wallMs: () => wallMs,
    usedBytes: () => 0,
    clientBytes: () => 0,
    pendingFrees: () => 0,
    pendingBytes: () => 0,
    maxmemory: () => 0,
    heldAt: () => undefined,
    fieldsOf: () => undefined,
    eachQueue: () => undefined,
    walkedBytes: () => 0,
    waiting: () => [],
    ...options.node,
    state: (db) => {
      if (isFresh) return (generation > 0 ? options.recovered?.(db, generation) : undefined) ?? new Map();
      return options.node?.state?.(db) ?? new Map();
    },
  };
  const basics = { plan: planOf(options), node: () => (isUp ? node : undefined) };
  const followers = new Followers(basics);
  const checking = check.begin({
    ...basics,
    nowUs: () => nowUs,
    get references() {
      return followers.references;
    },
    get pairing() {
      return followers.pairing;
    },
    report: (found) => violations.push({ check: check.name, atUs: nowUs, ...found }),
  });
  const emit = fanOut(followers.among([{ check, checking }]));
  for (const happening of happenings) {
    const { on, event } = happening;
    nowUs = happening.nowUs;
    wallMs = happening.wallMs;
    if (on === "executed") isFresh = false;
    if (on === "nodeStarted") {
      isUp = true;
      isFresh = true;
      generation = (event as (Happening & { on: "nodeStarted" })["event"]).generation;
    }
    if (on === "nodeEnded") isUp = false;
    tell(emit, happening);
  }
  return { violations, counts: checking.counts() };
}

/** The plan that a history stands for. */
export function planOf(options: HistoryOptions): Plan {
  const node: NodePlan = { id: 1, config: options.config ?? {}, clockOffsetMs: 0, driftPpm: 0 };
  return {
    version: 1,
    seed: "0x0000000000000001",
    scenario: "by-hand",
    profile: "calm",
    nodes: [node],
    clients: options.clients ?? [],
    scheduled: [],
    rates: {},
    buggify: [],
    schedule: { kind: "fifo" },
    safetyUs: 1_000_000,
  };
}

/** A bulk string. */
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** An array of replies, each whole. */
export function list(...items: readonly string[]): string {
  return `*${items.length}\r\n${items.join("")}`;
}

function tell(emit: Emit, { on, event }: Happening): void {
  // The pair was made by `Happening`, so the event is the one that this method takes.
  const method = emit[on] as (event: unknown) => void;
  method(event);
}
