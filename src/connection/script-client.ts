// Script client: the client that commands of a script see. It stands for the one who sent the script, with a database
// and a protocol of its own, and can neither wait nor be closed.

import type {
  BlockRequest,
  ClientView,
  CommandContext,
  ReplyMode,
  TransactionView,
} from "../commands/context.ts";

export class ScriptClient implements ClientView {
  caller: ClientView;
  db = 0;
  protocol: 2 | 3 = 2;
  lastActiveMs = 0;
  name = "";
  libraryName = "";
  libraryVersion = "";
  isAuthenticated = true;
  user = "default";
  replyMode: ReplyMode = "on";
  isMonitor = false;
  isNoEvict = false;
  isNoTouch = false;
  isReadonly = false;
  lastCommand = "";
  readonly isUnixSocket = false;
  readonly isBlocked = false;
  readonly wokenBy = 0;
  readonly blockedState = undefined;
  readonly pendingQueryBytes = 0;
  readonly queryBufferBytes = 0;
  readonly queuedOutputBytes = 0;
  readonly memoryBytes = 0;
  readonly totalCommands = 0;
  readonly queuedCount = -1;
  readonly transactionBytes = 0;
  readonly isDirty = false;
  readonly isScript = true;
  readonly isSubscriber = false;
  readonly tracking = undefined;
  /** Nothing may wait. */
  readonly isInExec = true;

  constructor(caller: ClientView) {
    this.caller = caller;
  }

  /** Stands for another client from now on. */
  begin(caller: ClientView): void {
    this.caller = caller;
    this.db = caller.db;
    this.protocol = 2;
    this.user = caller.user;
    this.isNoTouch = caller.isNoTouch;
  }

  get id(): number {
    return this.caller.id;
  }

  get remoteAddress(): string {
    return this.caller.remoteAddress;
  }

  get localAddress(): string {
    return this.caller.localAddress;
  }

  get createdMs(): number {
    return this.caller.createdMs;
  }

  get transaction(): TransactionView {
    return this.caller.transaction;
  }

  get isClosed(): boolean {
    return false;
  }

  /** What a script changes, its caller has changed. */
  get loggedTo(): number {
    return this.caller.loggedTo;
  }
  set loggedTo(position: number) {
    this.caller.loggedTo = position;
  }
  get replicatedTo(): number {
    return this.caller.replicatedTo ?? 0;
  }
  set replicatedTo(offset: number) {
    this.caller.replicatedTo = offset;
  }

  block(context: CommandContext, request: BlockRequest): void {
    if (request.refusal === "null") context.reply.null();
    else context.reply.nullArray();
  }

  unblock(): boolean {
    return false;
  }

  runQueued(): void {
    // EXEC is not for scripts.
  }

  suspend(): void {
    // A command of a script is never left in the middle.
  }

  send(bytes: Uint8Array): void {
    this.caller.send(bytes);
  }

  closeAfterReply(): void {
    this.caller.closeAfterReply();
  }

  closeNow(): void {
    this.caller.closeNow();
  }
}
