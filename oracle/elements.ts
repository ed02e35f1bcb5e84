// Elements: those of a list, from head to tail, as an array is read; Deque: a long list that grows at both ends.

/** What commands use of a list's elements: arrays have it. */
export type Elements = Iterable<string> & Pick<readonly string[], "length" | "at" | "slice">;

/** Two stacks, back to back: what an end loses or gains costs the same however long the list is. */
export class Deque implements Elements {
  // From the middle to the head, and from the middle to the tail.
  private left: string[] = [];
  private right: string[];

  constructor(elements: Iterable<string>) {
    this.right = [...elements];
  }

  get length(): number {
    return this.left.length + this.right.length;
  }

  push(end: "left" | "right", element: string): void {
    (end === "left" ? this.left : this.right).push(element);
  }

  /** Takes one off an end; there must be one. */
  pop(end: "left" | "right"): string {
    const stack = end === "left" ? this.left : this.right;
    if (stack.length === 0) this.halve(end);
    return stack.pop() as string;
  }

  at(index: number): string | undefined {
    const place = index < 0 ? this.length + index : index;
    if (place < 0 || place >= this.length) return undefined;
    const { left } = this;
    return place < left.length ? left[left.length - 1 - place] : this.right[place - left.length];
  }

  slice(start = 0, end = this.length): string[] {
    const { left, right, length } = this;
    const from = Math.max(0, start < 0 ? length + start : start);
    const to = Math.max(from, Math.min(length, end < 0 ? length + end : end));
    const size = left.length;
    const first = left.slice(Math.max(0, size - to), Math.max(0, size - from)).reverse();
    return to <= size ? first : first.concat(right.slice(Math.max(0, from - size), to - size));
  }

  *[Symbol.iterator](): Generator<string> {
    for (let i = this.left.length - 1; i >= 0; i--) yield this.left[i] as string;
    yield* this.right;
  }

  // Moves the nearer half of the other stack, at least one, to the one of `end`, which is empty.
  private halve(end: "left" | "right"): void {
    const from = end === "left" ? this.right : this.left;
    const moved = from.splice(0, Math.ceil(from.length / 2)).reverse();
    for (const element of moved) this.push(end, element);
  }
}
