// Fake connections: a server's clients without sockets, for tests of the connection commands.
//
// Role: runs one call of one client through the real declarations, with lookup and arity as the executor has
// them, and returns the raw reply. What closes, pauses or logs in is kept as plain fields for tests to read.

import type { AclView } from "../commands/acl/views.ts";
import { connectionCommands } from "../commands/connection/all.ts";
import type { TrackingState, TrackingView } from "../commands/connection/tracking-view.ts";
import type { ClientView, CommandContext, PubsubView, ReplyMode, ServerView } from "../commands/context.ts";
import { buildCommand } from "../commands/define.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import { ReplyWriter } from "../resp/reply-writer.ts";

export class FakeClient implements ClientView {
  readonly id: number;
  remoteAddress: string;
  localAddress = "127.0.0.1:6379";
  isUnixSocket = false;
  createdMs = 0;
  lastActiveMs = 0;
  name = "";
  libraryName = "";
  libraryVersion = "";
  db = 0;
  protocol: 2 | 3 = 2;
  isAuthenticated = true;
  user = "default";
  replyMode: ReplyMode = "on";
  isMonitor = false;
  isBlocked = false;
  wokenBy = 0;
  blockedState: unknown = undefined;
  queuedCount = -1;
  transactionBytes = 0;
  isDirty = false;
  isSubscriber = false;
  loggedTo = 0;
  isClosed = false;
  tracking: TrackingState | undefined = undefined;
  readonly transaction = {
    isOpen: false,
    isRefused: false,
    hasChanged: false,
    open() {},
    discard() {},
    watch() {},
    unwatch() {},
  };
  isNoEvict = false;
  isNoTouch = false;
  isReadonly = false;
  lastCommand = "NULL";
  pendingQueryBytes = 0;
  queryBufferBytes = 0;
  queuedOutputBytes = 0;
  memoryBytes = 2000;
  totalCommands = 0;
  /** How it was told to close. */
  closed: "no" | "after-reply" | "now" = "no";
  private readonly server: FakeServer;

  constructor(server: FakeServer, id: number) {
    this.server = server;
    this.id = id;
    this.remoteAddress = `127.0.0.1:${5000 + id}`;
  }

  runQueued(): void {}

  suspend(): void {}

  send(): void {}

  block(): void {
    this.isBlocked = true;
  }

  unblock(): boolean {
    const { isBlocked } = this;
    this.isBlocked = false;
    return isBlocked;
  }

  closeAfterReply(): void {
    this.closed = "after-reply";
  }

  closeNow(): void {
    this.closed = "now";
    this.server.byId.delete(this.id);
  }
}

export class FakeServer {
  nowMs = 1_700_000_000_000;
  /** The default user's password; empty: none is required. */
  password = "";
  authDenied = 0;
  paused: { untilMs: number; what: "all" | "write" } | undefined = undefined;
  readonly byId = new Map<number, FakeClient>();
  private lastId = 0;
  private readonly table = new Map(connectionCommands.map((each) => [each.name, buildCommand(each)]));

  connect(): FakeClient {
    const client = new FakeClient(this, ++this.lastId);
    client.createdMs = this.nowMs;
    client.lastActiveMs = this.nowMs;
    client.isAuthenticated = this.password === "";
    this.byId.set(client.id, client);
    return client;
  }

  /** The raw reply, byte for byte as Latin-1 text. */
  run(client: FakeClient, ...words: readonly string[]): string {
    let text = "";
    const take = (buffer: Uint8Array, length: number): Uint8Array => {
      text += latin1Text(buffer, 0, length);
      return buffer;
    };
    const reply = new ReplyWriter({ take });
    reply.protocol = client.protocol;
    const args = argsOf(...words);
    const [name = "", second = ""] = words;
    const command = this.table.get(name.toLowerCase());
    const chosen = command?.byName.get(second.toLowerCase()) ?? command;
    if (chosen === undefined) reply.error(errors.unknownCommand(name, ""));
    else if (chosen.arity > 0 ? args.count !== chosen.arity : args.count < -chosen.arity) {
      reply.error(errors.arity(chosen.fullName));
    } else if (chosen.execute === undefined) {
      reply.error(errors.unknownSubcommand(second, name.toUpperCase()));
    } else {
      client.lastCommand = chosen.fullName;
      chosen.execute(this.contextOf(client, args, reply));
    }
    reply.flush();
    return text;
  }

  // There is the default user alone.
  private get acl(): Partial<AclView> {
    return {
      isPasswordRequired: this.password !== "",
      isDefaultNopass: this.password === "",
      has: (name) => name === "default",
      login: (client, _by, name, password) => {
        const isRight = name === "default" && (this.password === "" || password === this.password);
        if (isRight) (client as FakeClient).isAuthenticated = true;
        return isRight;
      },
      logout: (client) => {
        (client as FakeClient).isAuthenticated = this.password === "";
      },
    };
  }

  // Only what the connection commands use is there; anything else they came to use would be undefined.
  private contextOf(client: FakeClient, args: Args, reply: ReplyWriter): CommandContext {
    const server: Partial<ServerView> = {
      config: { databases: 16 } as ServerView["config"],
      stats: this as Pick<FakeServer, "authDenied"> as ServerView["stats"],
      clients: () => this.byId.values(),
      clientById: (id) => this.byId.get(id),
      pubsub: silentPubsub,
      tracking: keptTracking,
      cluster: undefined,
      acl: this.acl as AclView,
      pause: (untilMs, what) => {
        this.paused = { untilMs, what };
      },
      unpause: () => {
        this.paused = undefined;
      },
    };
    const keyspace = { db: client.db, nowMs: this.nowMs } as Keyspace;
    return { args, client, keyspace, reply, server: server as ServerView };
  }
}

const silentPubsub: PubsubView = {
  subscribe() {},
  unsubscribe() {},
  forget() {},
  namesOf: () => [],
  countOf: () => 0,
  publish: () => 0,
  names: () => [],
  nameCount: () => 0,
  subscriberCount: () => 0,
};

// What clients ask for is kept, and nothing is told.
const keptTracking: TrackingView = {
  start(client, request) {
    const prefixes = new Set([...(client.tracking?.prefixes ?? []), ...request.prefixes]);
    (client as FakeClient).tracking = { ...request, prefixes, isBroken: false, isCaching: false };
  },
  stop(client) {
    (client as FakeClient).tracking = undefined;
  },
  flushed() {},
  limit() {},
  clientCount: 0,
  keyCount: 0,
  itemCount: 0,
  prefixCount: 0,
};

/** Arguments as a request of these words, one byte per code unit. */
export function argsOf(...words: readonly string[]): Args {
  const args = new Args(latin1Bytes(words.join("")));
  let at = 0;
  for (const word of words) {
    args.push(at, at + word.length);
    at += word.length;
  }
  return args;
}
