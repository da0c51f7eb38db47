import test from "ava";
import { ApiError } from "./errors/api-error.ts";
import {
  formatLabelSelector,
  matchesLabels,
  matchesSelector,
  parseLabelSelector,
} from "./label-selector.ts";

const labels = { app: "web", tier: "front", empty: "" };

const matching: ReadonlyArray<{ readonly text: string; readonly matches: boolean }> = [
  { text: "", matches: true },
  { text: "app=web", matches: true },
  { text: "app==web", matches: true },
  { text: "app=db", matches: false },
  { text: "app!=db", matches: true },
  { text: "app!=web", matches: false },
  { text: "absent!=x", matches: true },
  { text: "app in (db, web)", matches: true },
  { text: "app in (db)", matches: false },
  { text: "app notin (db)", matches: true },
  { text: "absent notin (db)", matches: true },
  { text: "tier", matches: true },
  { text: "!tier", matches: false },
  { text: "!absent", matches: true },
  { text: "empty=", matches: true },
  { text: "app=", matches: false },
  { text: "empty in (,x)", matches: true },
  { text: "app=web,tier in (front,back),!absent", matches: true },
  { text: "app=web,app=db", matches: false },
  { text: "toString", matches: false },
];

for (const { text, matches } of matching) {
  test(`"${text}" ${matches ? "matches" : "does not match"}`, (t) => {
    t.is(matchesSelector(parseLabelSelector(text), labels), matches);
  });
}

for (const text of ["app=web", "app in (a,b),!x", "a=1,b=2,c notin (x,y),d", ""]) {
  test(`"${text}" is read and written alike`, (t) => {
    t.is(formatLabelSelector(parseLabelSelector(text)), text);
  });
}

const wrong: ReadonlyArray<{ readonly text: string; readonly message: string }> = [
  {
    text: "a b",
    // The real server's answer, its unbalanced quotes included.
    message: "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'",
  },
  { text: "a,", message: "found '', expected: identifier after ','" },
  { text: "=a", message: "found '=', expected: !, identifier, or 'end of string'" },
  { text: "a in b", message: "unable to parse requirement: found 'b' expected: '('" },
  { text: "a in (b c)", message: "unable to parse requirement: found 'c', expected: ',' or ')'" },
  { text: "a=b c", message: "found 'c', expected: ',' or 'end of string'" },
];

for (const { text, message } of wrong) {
  test(`"${text}" is refused`, (t) => {
    const error = t.throws(() => parseLabelSelector(text), { instanceOf: ApiError, message });
    t.is(error?.reason, "BadRequest");
  });
}

test("an absent selector matches nothing, an empty one everything", (t) => {
  t.false(matchesSelector(undefined, labels));
  t.true(matchesSelector({}, labels));
  t.true(matchesSelector({}, undefined));
  t.true(matchesLabels({}, undefined));
});
