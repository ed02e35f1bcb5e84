// Client: one program of a plan, run over simulated connections.
//
// Role: sends the steps in order, at most `window` requests ahead of the replies; cuts what comes back into
// replies and matches them to requests; tells everything to the world's watchers. It judges nothing itself but
// what makes matching impossible: bytes that are no reply, and replies that nobody asked for.
// Invariants:
//   - Every request that was invoked is either replied to or named in one `lost`, once.
//   - Requests to which no reply comes (CLIENT REPLY OFF, SKIP) are told as replied with "" when a later reply
//     proves that they were passed. A program that ends silent asks for replies again, so that there is one.
//   - A client that is done has closed its connection.
//   - After raw bytes the connection's replies are framed and dropped, and the next request dials anew.

import type { ClientProgram, Step } from "../plan.ts";
import {
  endsFeed,
  expectationOf,
  isRefusal,
  isSwitch,
  isUnasked,
  protocolAfter,
  type ReplyMode,
  startsFeed,
} from "./expectation.ts";
import { Framer } from "./framer.ts";
import { bytesOf, textOf } from "./latin1.ts";
import { requestText } from "./request.ts";
import { isConfirmation, isMessage, Subscriptions } from "./subscriptions.ts";
import type { ClientStream, ClientWorld } from "./wire.ts";

/** Longer than any stuck client is borne after faults have healed, so that this never hides one. */
const PATIENCE_US = 60_000_000;
const REDIAL_FIRST_US = 2_000;
const REDIAL_LONGEST_US = 500_000;
/** A node that is gone for good is given up after about 30 virtual seconds. */
const REFUSALS_MAX = 64;
/** What a server may need to answer raw bytes before the connection is left. */
const RAW_LINGER_US = 20_000;
const SCAN_CALLS_MAX = 5_000;
/** Bytes of one write: beyond, the rest of a pipeline goes in another. */
const WRITE_BYTES = 16_384;

type Waiting = {
  readonly request: number;
  readonly words: readonly string[];
  /** Replies that are still to come; 0 for a silent one. */
  replies: number;
  /** It is answered with confirmations, one for each channel. */
  readonly isConfirmed: boolean;
  /** Those that came so far, for a request that is answered in several. */
  text: string;
};

type Connection = {
  readonly number: number;
  readonly stream: ClientStream;
  readonly framer: Framer;
  readonly waiting: Waiting[];
  /** The first of `waiting` that has no reply yet; those before it are done. */
  head: number;
  /** Of those from `head` on, how many will be answered. */
  unanswered: number;
  isOpen: boolean;
  isRaw: boolean;
  /** The own side is closed. */
  isEnding: boolean;
  wasAnswered: boolean;
  hasFeed: boolean;
  readonly subscriptions: Subscriptions;
  mode: ReplyMode;
  protocol: 2 | 3;
  lastHeardUs: number;
};

export class Client {
  readonly program: ClientProgram;
  /** All steps are done and every reply is in. */
  isDone = false;
  private readonly world: ClientWorld;
  private readonly channel: string;
  private connection: Connection | undefined;
  private connectionsMade = 0;
  private requestsMade = 0;
  private nextStep = 0;
  private refusals = 0;
  /** The gap before the next step is over. */
  private hasWaited = false;
  /** Until this timer fires nothing is sent. */
  private isAsleep = false;
  private watchesPatience = false;
  private isHurried = false;
  private scan: { readonly words: readonly string[]; cursor: string; calls: number } | undefined;
  private outbox = "";
  private readonly tellDone: () => void;

  constructor(world: ClientWorld, program: ClientProgram) {
    this.world = world;
    this.program = program;
    this.channel = `client/${program.id}`;
    this.tellDone = world.expect(`client ${program.id} has ended its program`);
  }

  /** Steps of the program that were begun. */
  get stepsTaken(): number {
    return Math.min(this.program.steps.length, this.nextStep + 1);
  }

  /** From now on no gap is kept: the world is healed, and only what is left to be answered matters. */
  hurry(): void {
    this.isHurried = true;
  }

  start(): void {
    this.sleep(Math.max(0, this.program.startUs - this.world.nowUs));
  }

  private sleep(forUs: number): void {
    this.isAsleep = true;
    this.world.at(
      this.world.nowUs + forUs,
      () => {
        this.isAsleep = false;
        this.proceed();
      },
      this.channel,
    );
  }

  // Sends as much as the window, the gaps and the connection allow.
  private proceed(): void {
    while (!this.isAsleep && !this.isDone && this.takeStep());
    this.flush();
  }

  // One step, or a part of it; false when something must happen first.
  private takeStep(): boolean {
    if (this.scan !== undefined) return this.continueScan(this.scan);
    const step = this.program.steps[this.nextStep];
    if (step === undefined) return this.finish();
    if (step.gapUs !== undefined && step.gapUs > 0 && !this.hasWaited && !this.isHurried) {
      this.hasWaited = true;
      this.flush();
      this.sleep(step.gapUs);
      return false;
    }
    if (!this.perform(step)) return false;
    this.nextStep++;
    this.hasWaited = false;
    return true;
  }

  private perform(step: Step): boolean {
    switch (step.do) {
      case "call": {
        const connection = this.ready(step.words);
        if (connection === undefined) return false;
        this.send(connection, step.words);
        return true;
      }
      case "scan":
        this.scan = { words: step.words, cursor: "0", calls: 0 };
        return true;
      case "raw": {
        const connection = this.connected();
        if (connection === undefined) return false;
        connection.isRaw = true;
        this.outbox += step.bytes.repeat(step.times ?? 1);
        this.world.emit.wentRaw({
          atUs: this.world.nowUs,
          client: this.program.id,
          node: this.program.node,
          connection: connection.number,
          bytes: step.bytes,
        });
        return true;
      }
      case "disconnect":
        return this.disconnect(step.how === "half");
      case "stall": {
        const connection = this.connected();
        if (connection === undefined) return false;
        this.stall(connection, step.forUs);
        return true;
      }
    }
  }

  private disconnect(isHalf: boolean): boolean {
    this.flush();
    const { connection } = this;
    if (connection === undefined) return true;
    // Its replies are still to come; then the server closes, and `lose` goes on.
    if (isHalf && connection.isOpen && connection.unanswered > 0 && !connection.isEnding) {
      connection.isEnding = true;
      connection.stream.end();
    } else if (!connection.isEnding) this.leave(connection, "own");
    return true;
  }

  private continueScan(scan: { readonly words: readonly string[]; cursor: string; calls: number }): boolean {
    const words = ["SCAN", scan.cursor, ...scan.words];
    const connection = this.ready(words);
    if (connection === undefined || connection.unanswered > 0 || scan.cursor === "") return false;
    scan.calls++;
    scan.cursor = ""; // Until the reply names the next.
    this.send(connection, words);
    return false;
  }

  // The cursor of the present SCAN, from its reply.
  private advanceScan(reply: string): void {
    const scan = this.scan;
    if (scan === undefined || scan.cursor !== "") return;
    const cursor = /^\*2\r\n\$\d+\r\n(\d+)\r\n/.exec(reply)?.[1];
    if (cursor === undefined || cursor === "0" || scan.calls >= SCAN_CALLS_MAX) this.scan = undefined;
    else scan.cursor = cursor;
  }

  // The connection, if a request may be sent on it now.
  private ready(words: readonly string[]): Connection | undefined {
    let connection = this.connection;
    if (connection?.isRaw === true) {
      if (this.world.nowUs - connection.lastHeardUs < RAW_LINGER_US) {
        this.flush();
        this.sleep(RAW_LINGER_US);
        return undefined;
      }
      this.leave(connection, "own");
    }
    connection = this.connected();
    if (connection === undefined || connection.unanswered >= this.program.window) return undefined;
    if (connection.unanswered > 0 && isSwitch(words)) return undefined;
    return connection;
  }

  private connected(): Connection | undefined {
    if (this.connection === undefined) this.dial();
    return this.connection?.isOpen === true && !this.connection.isEnding ? this.connection : undefined;
  }

  private dial(): void {
    const number = this.connectionsMade++;
    const own = (): Connection | undefined =>
      this.connection?.number === number ? this.connection : undefined;
    const stream = this.world.dial({ client: this.program.id, connection: number }, this.program.node, {
      opened: () => {
        const connection = own();
        if (connection === undefined) return;
        connection.isOpen = true;
        connection.lastHeardUs = this.world.nowUs;
        for (const words of this.program.greeting ?? []) this.send(connection, words);
        if (this.program.protocol === 3) this.send(connection, ["HELLO", "3"]);
        this.proceed();
      },
      data: (bytes, length) => {
        const connection = own();
        if (connection === undefined) return;
        connection.lastHeardUs = this.world.nowUs;
        connection.framer.push(textOf(bytes, length));
        if (connection.framer.offence !== undefined) this.giveUp(connection, connection.framer.offence);
        this.proceed();
      },
      ended: () => own()?.stream.end(),
      closed: (how) => {
        const connection = own();
        if (connection !== undefined) this.lose(connection, how);
      },
    });
    const framer = new Framer((reply) => {
      const connection = own();
      if (connection !== undefined) this.receive(connection, reply);
    });
    this.connection = {
      number,
      stream,
      framer,
      waiting: [],
      head: 0,
      unanswered: 0,
      isOpen: false,
      isRaw: false,
      isEnding: false,
      wasAnswered: false,
      hasFeed: false,
      subscriptions: new Subscriptions(),
      mode: "on",
      protocol: 2,
      lastHeardUs: this.world.nowUs,
    };
    this.watchPatience();
  }

  private send(connection: Connection, words: readonly string[]): void {
    const request = this.requestsMade++;
    const expected = expectationOf(words, connection.mode);
    const confirmations = connection.subscriptions.confirmationsOf(words);
    const replies = expected.replies === 0 ? 0 : (confirmations ?? expected.replies);
    connection.mode = expected.modeAfter;
    connection.waiting.push({ request, words, replies, isConfirmed: confirmations !== undefined, text: "" });
    if (replies > 0) connection.unanswered++;
    this.outbox += requestText(words);
    this.world.emit.invoked({
      atUs: this.world.nowUs,
      client: this.program.id,
      request,
      node: this.program.node,
      connection: connection.number,
      words,
    });
    if (this.outbox.length >= WRITE_BYTES) this.flush();
  }

  private flush(): void {
    if (this.outbox === "") return;
    const bytes = bytesOf(this.outbox);
    this.outbox = "";
    this.watchPatience();
    this.connection?.stream.write(bytes);
  }

  private receive(connection: Connection, reply: string): void {
    if (this.isUnasked(connection, reply)) {
      const { nowUs } = this.world;
      this.world.emit.pushed({
        atUs: nowUs,
        client: this.program.id,
        connection: connection.number,
        bytes: reply,
      });
      return;
    }
    connection.wasAnswered = true;
    this.refusals = 0;
    const waiting = this.passSilent(connection, reply);
    if (waiting === undefined) {
      if (!connection.isRaw)
        this.giveUp(connection, `a reply nobody asked for: ${JSON.stringify(reply.slice(0, 80))}`);
      return;
    }
    const { words } = waiting;
    connection.protocol = protocolAfter(words, reply, connection.protocol);
    if (startsFeed(words, reply)) connection.hasFeed = true;
    else if (endsFeed(words, reply)) connection.hasFeed = false;
    waiting.text += reply;
    // An error, or QUEUED, is all there is where several confirmations were expected.
    waiting.replies = waiting.replies > 1 && isConfirmation(reply) ? waiting.replies - 1 : 0;
    if (waiting.replies > 0) return;
    connection.unanswered--;
    this.shift(connection);
    this.told(connection, waiting, waiting.text);
    if (this.scan !== undefined && connection.unanswered === 0) this.advanceScan(reply);
  }

  private isUnasked(connection: Connection, reply: string): boolean {
    if (!connection.wasAnswered && isRefusal(reply)) return true;
    if (connection.subscriptions.isListening && isMessage(reply)) return true;
    if (!isUnasked(reply, connection.hasFeed)) return false;
    // In RESP3 confirmations are pushes as well, though someone asked for them.
    const next = connection.waiting.slice(connection.head).find(({ replies }) => replies > 0);
    return !(next?.isConfirmed === true && isConfirmation(reply));
  }

  // The request that `reply` answers; silent ones before it are over.
  private passSilent(connection: Connection, reply: string): Waiting | undefined {
    for (;;) {
      const first = connection.waiting[connection.head];
      if (first === undefined || first.replies > 0) return first;
      // CLIENT REPLY itself was refused, so those behind it are answered after all. Nothing else can refuse it.
      if (isSwitch(first.words) && reply.startsWith("-NOAUTH")) this.expectAnew(connection);
      else {
        this.shift(connection);
        this.told(connection, first, "");
      }
    }
  }

  private expectAnew(connection: Connection): void {
    connection.mode = "on";
    connection.unanswered = 0;
    connection.waiting.slice(connection.head).forEach((each, index) => {
      const expected = expectationOf(each.words, connection.mode);
      each.replies = index === 0 ? 1 : expected.replies;
      if (index > 0) connection.mode = expected.modeAfter;
      if (each.replies > 0) connection.unanswered++;
    });
  }

  private shift(connection: Connection): void {
    connection.head++;
    if (connection.head < 64 || connection.head * 2 < connection.waiting.length) return;
    connection.waiting.splice(0, connection.head);
    connection.head = 0;
  }

  private told(connection: Connection, { request }: Waiting, reply: string): void {
    this.world.emit.replied({
      atUs: this.world.nowUs,
      client: this.program.id,
      request,
      connection: connection.number,
      reply,
      protocol: connection.protocol,
    });
  }

  private stall(connection: Connection, forUs: number): void {
    this.flush();
    connection.stream.pauseReading();
    this.world.at(
      this.world.nowUs + forUs,
      () => {
        if (this.connection === connection) connection.stream.resumeReading();
      },
      this.channel,
    );
  }

  private giveUp(connection: Connection, text: string): void {
    const { nowUs } = this.world;
    this.world.emit.malformed({ atUs: nowUs, client: this.program.id, connection: connection.number, text });
    this.leave(connection, "own");
  }

  private leave(connection: Connection, how: "own" | "timed-out"): void {
    this.ended(connection, how);
    connection.stream.destroy();
  }

  // The connection ended without this client's wish.
  private lose(connection: Connection, how: "reset" | "ended" | "refused" | "timed-out"): void {
    const { isOpen, isEnding, wasAnswered } = connection;
    this.ended(connection, how);
    if (isOpen && !isEnding && !this.program.reconnects) this.nextStep = this.program.steps.length;
    // Too many clients: a connection that opens and is closed unheard counts as refused too.
    if (!wasAnswered && ++this.refusals > REFUSALS_MAX) this.nextStep = this.program.steps.length;
    if (this.isAsleep) return;
    this.sleep(Math.min(REDIAL_FIRST_US * 2 ** Math.min(this.refusals, 10), REDIAL_LONGEST_US));
  }

  private ended(connection: Connection, how: "reset" | "ended" | "refused" | "timed-out" | "own"): void {
    const requests = connection.waiting.slice(connection.head).map(({ request }) => request);
    this.connection = undefined;
    this.scan = undefined;
    this.outbox = "";
    const { nowUs } = this.world;
    this.world.emit.lost({
      atUs: nowUs,
      client: this.program.id,
      connection: connection.number,
      requests,
      how,
    });
  }

  // All steps are taken: false, since nothing more is to be sent.
  private finish(): boolean {
    const connection = this.connection;
    if (connection !== undefined && connection.waiting.length > connection.head) {
      if (connection.unanswered > 0) return false;
      if (this.ready(["CLIENT", "REPLY", "ON"]) === connection)
        this.send(connection, ["CLIENT", "REPLY", "ON"]);
      return false;
    }
    this.isDone = true;
    this.tellDone();
    if (connection !== undefined) this.leave(connection, "own"); // Others may be waiting for its place.
    return false;
  }

  // A peer that vanished without a word is left after a while: one timer for all requests of the client.
  private watchPatience(): void {
    if (this.watchesPatience) return;
    this.watchesPatience = true;
    this.world.at(
      this.world.nowUs + PATIENCE_US,
      () => {
        this.watchesPatience = false;
        const connection = this.connection;
        if (connection === undefined) return;
        const isWaiting = connection.unanswered > 0 || !connection.isOpen;
        if (isWaiting && this.world.nowUs - connection.lastHeardUs >= PATIENCE_US) {
          this.leave(connection, "timed-out");
          if (!this.isAsleep) this.sleep(REDIAL_FIRST_US);
        } else if (isWaiting) this.watchPatience();
      },
      this.channel,
    );
  }
}
