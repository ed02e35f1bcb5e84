// User file: the text of an ACL file, read line by line into users.
//
// Role: pure. Every line is "user NAME RULES"; comments are not part of the format. All that is wrong is told at once,
// and then nothing of the file counts.

import { beforeNul, faultTexts, hasSpaces } from "./rule-fault.ts";
import { mergeSelectors, User, type UserParts } from "./user.ts";

/** The users by name; or the text of all errors, as ACL LOAD answers it. */
export function readUsers(
  path: string,
  text: string,
  parts: UserParts,
): { readonly users: ReadonlyMap<string, User> } | { readonly error: string } {
  const users = new Map<string, User>();
  let errors = "";
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    if (line !== "") errors += readLine(`${path}:${i + 1}`, i + 1, line, users, parts);
  }
  if (errors === "") return { users };
  return {
    error: `${errors}WARNING: ACL errors detected, no change to the previously active ACL rules was performed`,
  };
}

// What is wrong with the line, or "".
function readLine(
  place: string,
  lineNumber: number,
  line: string,
  users: Map<string, User>,
  parts: UserParts,
): string {
  const [first, name, ...words] = line.split(" ");
  if (first !== "user" || name === undefined) {
    return `${place} should start with user keyword followed by the username. `;
  }
  if (hasSpaces(name)) return `'${place}: username '${beforeNul(name)}' contains invalid characters. `;
  if (users.has(name)) return `WARNING: Duplicate user '${name}' found on line ${lineNumber}. `;
  const user = new User(name, parts);
  users.set(name, user);
  const merged = mergeSelectors(words);
  if (!merged.ok) return `${place}: Unmatched parenthesis in selector definition.`;
  return applyRules(place, user, merged.rules);
}

// Names that are unknown are told all; of other faults the first, which may be what the others come from.
function applyRules(place: string, user: User, rules: readonly string[]): string {
  let errors = "";
  let hasOther = false;
  for (const each of rules) {
    const rule = each.replace(/^[\t\r\n]+|[\t\r\n]+$/g, "");
    const fault = user.apply(rule);
    if (fault === undefined) continue;
    if (fault === "unknown-name") {
      errors += `${place}: Error in applying operation '${beforeNul(rule)}': ${faultTexts[fault]}. `;
    } else if (!hasOther) {
      errors += `${place}: ${faultTexts[fault]}. `;
      hasOther = true;
    }
  }
  user.settle();
  return errors;
}
