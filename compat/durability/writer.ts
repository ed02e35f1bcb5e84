// Writer: one client of a kill round, which writes until the server is gone and remembers what it was told.
//
// Invariant: `acked` counts the steps whose last reply came, in order; every later step was sent, or not even that.

import type { Chance } from "../generator/chance.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { errorKind, type Frame, isErrorFrame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteWords } from "../resp/request.ts";
import { replyCount, type Step, wordsOf } from "./step.ts";
import type { Place, StepDrawing } from "./steps.ts";

export type Told = {
  readonly step: Step;
  readonly sentMs: number;
  /** Undefined while no reply has come. */
  last: Frame | undefined;
  doneMs: number | undefined;
};

const inFlightMax = 40;
const burstMax = 16;
/** Refusals that a drawn call may meet: a group that is there already, or that is not. */
const expectedErrors: readonly string[] = ["BUSYGROUP", "NOGROUP"];

export class Writer {
  readonly place: Place;
  readonly told: Told[] = [];
  acked = 0;
  /** The first error that no drawn call may meet. */
  fault: string | undefined;
  private isEnding = false;
  private connection: RawConnection | undefined;

  constructor(place: Place) {
    this.place = place;
  }

  /** Writes until the connection ends, or until `rest` was called and all replies have come. */
  async run(port: number, chance: Chance, steps: StepDrawing): Promise<void> {
    const connection = await RawConnection.open({ port }).catch(() => undefined);
    if (connection === undefined) return;
    this.connection = connection;
    connection.send(encodeRequest(["SELECT", `${this.place.dbs[0]}`]));
    if ((await connection.take(1)).length < 1) return;
    while (connection.ending === undefined && this.fault === undefined) {
      if (!this.isEnding && this.told.length - this.acked < inFlightMax) this.sendBurst(chance, steps);
      else if (this.isEnding && this.told.length === this.acked) break;
      if (!(await this.takeOne())) break;
    }
    // What came before the end counts, also when it came together with it.
    while (this.acked < this.told.length && (await this.takeOne()));
    connection.close();
  }

  /** Sends nothing more; the run ends when all replies are there. */
  rest(): void {
    this.isEnding = true;
  }

  private sendBurst(chance: Chance, steps: StepDrawing): void {
    const requests: Buffer[] = [];
    const sentMs = Date.now();
    for (let left = chance.oneIn(3) ? 1 : chance.between(1, burstMax); left > 0; left--) {
      const step = steps.next();
      requests.push(...wordsOf(step).map(encodeRequest));
      this.told.push({ step, sentMs, last: undefined, doneMs: undefined });
    }
    this.connection?.send(Buffer.concat(requests));
  }

  // Takes the replies of the next step; false when they do not come.
  private async takeOne(): Promise<boolean> {
    const next = this.told[this.acked];
    if (next === undefined || this.connection === undefined) return false;
    const count = replyCount(next.step);
    const replies = await this.connection.take(count);
    if (replies.length < count) return false;
    const last = parseFrame(replies[count - 1] as Buffer);
    next.last = last;
    next.doneMs = Date.now();
    this.acked++;
    const errors = [...replies, ...last.items.map(({ raw }) => raw)].filter(isErrorFrame);
    const strange = errors.find((raw) => !expectedErrors.includes(errorKind(raw)));
    if (strange !== undefined) {
      const words = next.step.calls.map((each) => quoteWords(each.words, 40)).join("; ");
      this.fault ??= `${words}: ${strange.toString("latin1").trim()}`;
    }
    return true;
  }
}
