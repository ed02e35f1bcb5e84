import fc from "fast-check";
import { expect, test } from "vitest";
import { type Held, impossible, linearize, type Operation } from "./linearize.ts";
import { type RegisterOperation, registerFault } from "./unique-register.ts";

/** Small operations: `w1` writes, `r1` reads, `+` adds one to a count and answers the sum. */
function operation(what: string, from: number, to = Number.POSITIVE_INFINITY): Operation {
  const [sign = "", value = ""] = [what[0], what.slice(1)];
  const steps: Record<string, Operation["step"]> = {
    w: () => value,
    r: (held) => ((held ?? "-") === value ? held : impossible),
    "+": (held) => {
      const sum = `${Number(held ?? 0) + 1}`;
      return value === "" || value === sum ? sum : impossible;
    },
  };
  return {
    from,
    to,
    isOptional: to === Number.POSITIVE_INFINITY,
    step: steps[sign] ?? (() => impossible),
    shown: what,
  };
}

/** All orders there are, one after the other. */
function bruteForce(operations: readonly Operation[], held: Held = undefined): boolean {
  const musts = operations.filter(({ isOptional }) => !isOptional);
  if (musts.length === 0) return true;
  const firstEnd = Math.min(...operations.map(({ to }) => to));
  for (const [i, each] of operations.entries()) {
    if (each.from > firstEnd) continue; // Another had its answer before this was sent.
    const rest = operations.toSpliced(i, 1);
    const after = each.step(held);
    if (after !== impossible && bruteForce(rest, after)) return true;
    if (each.isOptional && bruteForce(rest, held)) return true;
  }
  return false;
}

test("a read of what was written after it ended is a violation, with the operation that fits nowhere", () => {
  const operations = [operation("r1", 0, 1), operation("w1", 2, 3)];
  expect(linearize(operations)).toMatchObject({ is: "violation", stuck: { shown: "r1" }, placed: [] });
});

test("a read may see a write that overlaps it, and must see one that ended before", () => {
  expect(linearize([operation("w1", 0, 5), operation("r1", 1, 2), operation("r-", 0, 1)]).is).toBe("ok");
  expect(linearize([operation("w1", 0, 1), operation("r-", 2, 3)]).is).toBe("violation");
});

test("intervals are closed: one that begins as another ends overlaps it", () => {
  expect(linearize([operation("w1", 0, 1), operation("r-", 1, 2)]).is).toBe("ok");
});

test("an operation of unknown outcome may have happened, late too, or not at all", () => {
  const unknown = operation("w1", 0);
  expect(linearize([unknown, operation("r-", 5, 6)]).is).toBe("ok");
  expect(linearize([unknown, operation("r-", 5, 6), operation("r1", 7, 8)]).is).toBe("ok");
  expect(linearize([unknown, operation("r1", 5, 6), operation("r-", 7, 8)]).is).toBe("violation");
});

test("an optional operation with an end happened before it or not at all", () => {
  const maybe = { ...operation("w1", 0, 2), isOptional: true };
  expect(linearize([maybe, operation("r-", 3, 4)]).is).toBe("ok");
  expect(linearize([maybe, operation("r1", 3, 4)]).is).toBe("ok");
  expect(linearize([maybe, operation("r-", 3, 4), operation("r1", 5, 6)]).is).toBe("violation");
});

test("two counts that both answer 1 are a violation", () => {
  expect(linearize([operation("+1", 0, 9), operation("+1", 0, 9)]).is).toBe("violation");
  expect(linearize([operation("+1", 0, 9), operation("+2", 0, 9)]).is).toBe("ok");
});

test("the verdict is that of trying all orders", () => {
  const drawn = fc.record({
    what: fc.constantFrom("w1", "w2", "r1", "r2", "r-", "+", "+1", "+2", "+3"),
    from: fc.nat({ max: 8 }),
    length: fc.option(fc.nat({ max: 6 }), { freq: 5 }),
    isOptional: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 6 }), (all) => {
      const operations = all.map(({ what, from, length, isOptional }) => {
        const made = operation(what, from, length === null ? undefined : from + length);
        return { ...made, isOptional: made.isOptional || (isOptional && length !== null) };
      });
      expect(linearize(operations).is).toBe(bruteForce(operations) ? "ok" : "violation");
    }),
    { numRuns: 3000 },
  );
});

test("the register's own test gives the verdict of the search", () => {
  const drawn = fc.record({
    isWrite: fc.boolean(),
    reads: fc.nat({ max: 6 }),
    from: fc.nat({ max: 12 }),
    length: fc.option(fc.nat({ max: 6 }), { freq: 6 }),
  });
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 7 }), (all) => {
      const operations: Operation[] = [];
      const register: RegisterOperation[] = [];
      for (const [i, { isWrite, reads, from, length }] of all.entries()) {
        if (!isWrite && length === null) continue;
        const to = length === null ? Number.POSITIVE_INFINITY : from + length;
        const value = isWrite ? `${i + 1}` : reads === 0 ? undefined : `${reads}`;
        const what = isWrite ? `w${value}` : `r${value ?? "-"}`;
        operations.push(operation(what, from, to));
        const is = isWrite ? "write" : "read";
        register.push({ is, value, from, to, isOptional: length === null, shown: what });
      }
      const fault = registerFault(register, undefined);
      expect(fault === undefined ? "ok" : "violation").toBe(linearize(operations).is);
    }),
    { numRuns: 5000 },
  );
});

test("a history too wide for the budget is undecided, never wrong", () => {
  const wide = Array.from({ length: 14 }, (_, i) => operation(`+${i === 13 ? 99 : ""}`, 0, 100));
  expect(linearize(wide, { stepsMax: 1000 }).is).toBe("undecided");
});

test("long histories of a few clients are decided within the budget", () => {
  const operations: Operation[] = [];
  for (let i = 0; i < 1000; i++) operations.push(operation(`+${i + 1}`, i * 10, i * 10 + 45));
  expect(linearize(operations).is).toBe("ok");
  operations.push(operation("r7", 20_000, 20_001));
  expect(linearize(operations).is).toBe("violation");
});
