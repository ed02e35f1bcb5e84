import fc from "fast-check";
import { expect, test } from "vitest";
import { Deque } from "./elements.ts";

const end = fc.constantFrom("left" as const, "right" as const);

test("a deque is read as the array is that grew and shrank in the same way", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.array(fc.oneof(fc.tuple(end, fc.string()), fc.tuple(end)), { maxLength: 60 }),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      (start, steps, a, b) => {
        const model = [...start];
        const deque = new Deque(start);
        for (const [side, added] of steps) {
          if (added !== undefined) {
            deque.push(side, added);
            if (side === "left") model.unshift(added);
            else model.push(added);
          } else if (model.length > 0) {
            expect(deque.pop(side)).toBe(side === "left" ? model.shift() : model.pop());
          }
          expect([...deque]).toEqual(model);
        }
        expect(deque.length).toBe(model.length);
        expect(deque.at(a)).toBe(model.at(a));
        expect(deque.slice(a, b)).toEqual(model.slice(a, b));
        expect(deque.slice(a)).toEqual(model.slice(a));
      },
    ),
  );
});
