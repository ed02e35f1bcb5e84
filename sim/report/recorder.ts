// Recorder: a run's events kept for the timeline: what each client asked, what each node ran, and every fault.

import type { Violation } from "../check.ts";
import type { Watcher } from "../events.ts";

export type Recorded =
  | {
      readonly kind: "call";
      readonly atUs: number;
      readonly client: number;
      readonly request: number;
      readonly words: readonly string[];
      /** Place of the end among all events; undefined while there is none. */
      endAt: number | undefined;
      reply: string | undefined;
      isLost: boolean;
    }
  | { readonly kind: "reply"; readonly atUs: number; readonly client: number; readonly request: number }
  | {
      readonly kind: "run";
      readonly atUs: number;
      readonly node: number;
      readonly client: number;
      readonly words: readonly string[];
      readonly reply: string;
    }
  | { readonly kind: "note"; readonly atUs: number; readonly lane: string; readonly text: string }
  | { readonly kind: "fault"; readonly atUs: number; readonly node: number; readonly text: string }
  | { readonly kind: "violation"; readonly atUs: number; readonly violation: Violation };

/** More than a person looks at; the earliest go first. */
const KEPT = 4000;

export class Recorder implements Watcher {
  readonly events: Recorded[] = [];
  private readonly waiting = new Map<string, Recorded & { kind: "call" }>();
  private dropped = 0;

  readonly invoked: NonNullable<Watcher["invoked"]> = ({ atUs, client, request, words }) => {
    const call: Recorded = {
      kind: "call",
      atUs,
      client,
      request,
      words,
      endAt: undefined,
      reply: undefined,
      isLost: false,
    };
    this.waiting.set(`${client}.${request}`, call);
    this.add(call);
  };

  readonly replied: NonNullable<Watcher["replied"]> = ({ atUs, client, request, reply }) => {
    const call = this.waiting.get(`${client}.${request}`);
    this.waiting.delete(`${client}.${request}`);
    if (call !== undefined) {
      call.reply = reply;
      call.endAt = this.dropped + this.events.length;
    }
    this.add({ kind: "reply", atUs, client, request });
  };

  readonly lost: NonNullable<Watcher["lost"]> = ({ atUs, client, connection, requests, how }) => {
    for (const request of requests) {
      const call = this.waiting.get(`${client}.${request}`);
      if (call === undefined) continue;
      this.waiting.delete(`${client}.${request}`);
      call.isLost = true;
      call.endAt = this.dropped + this.events.length;
    }
    this.note(atUs, `client ${client}`, `connection ${connection}: ${how}`);
  };

  readonly malformed: NonNullable<Watcher["malformed"]> = ({ atUs, client, text }) =>
    this.note(atUs, `client ${client}`, `malformed: ${text}`);
  readonly wentRaw: NonNullable<Watcher["wentRaw"]> = ({ atUs, client, bytes }) =>
    this.note(atUs, `client ${client}`, `raw ${JSON.stringify(bytes.slice(0, 40))}`);
  readonly executed: NonNullable<Watcher["executed"]> = ({ atUs, node, client, call }) =>
    this.add({ kind: "run", atUs, node, client, words: call.words, reply: call.reply });
  readonly removed: NonNullable<Watcher["removed"]> = ({ atUs, node, db, key, why }) =>
    this.note(atUs, `node ${node}`, `${why} ${key} (db ${db})`);
  readonly nodeStarted: NonNullable<Watcher["nodeStarted"]> = ({ atUs, node, generation }) =>
    this.note(atUs, `node ${node}`, generation === 0 ? "started" : `started again (${generation})`);
  readonly nodeEnded: NonNullable<Watcher["nodeEnded"]> = ({ atUs, node, how, text }) =>
    this.note(atUs, `node ${node}`, `${how}${text === undefined ? "" : `: ${text}`}`);
  readonly faultFired: NonNullable<Watcher["faultFired"]> = ({ atUs, name, node, text }) =>
    this.add({ kind: "fault", atUs, node, text: `${name} ${text}` });
  readonly healed: NonNullable<Watcher["healed"]> = (atUs) => this.note(atUs, "world", "healed");

  /** Called by whoever collects the violations, at the moment they are reported. */
  violated(violation: Violation, atUs: number): void {
    this.add({ kind: "violation", atUs, violation });
  }

  /** Place of the first event that is kept. */
  get first(): number {
    return this.dropped;
  }

  private note(atUs: number, lane: string, text: string): void {
    this.add({ kind: "note", atUs, lane, text });
  }

  private add(event: Recorded): void {
    this.events.push(event);
    if (this.events.length < 2 * KEPT) return;
    this.events.splice(0, KEPT);
    this.dropped += KEPT;
  }
}
