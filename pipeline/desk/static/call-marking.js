// What people say of what the machine found: one key each, and on to the next.
import { element, made, said, toast } from "./call-page.js";
import { adopt, beside, claim, focusOn, itemOf, itemStop, opening, shown, undecided } from "./call-state.js";
import { dropLast, keep, letGo, post, settled } from "./call-saving.js";
import { ask, overtaken } from "./call-overtaken.js";
import { hear, turnElement } from "./call-sound.js";

const ANSWERS = ["pass", "fail", "not_applicable"];
const PATIENCE = 10_000; // a mark does not wait longer for its reason
let acts = 0; // of this person on this card, since it came into the page
let asked = null, waiting = 0; // the mark whose reason is asked for

export function begin() {
  acts = 0;
  close();
  element("reasons-list").replaceChildren(
    ...shown.data.reasons.map(([key, text], i) => {
      const choice = made("li");
      const button = made("button", { type: "button", "data-reason": key });
      button.append(made("kbd", { text: String(i + 1) }), ` ${text}`);
      choice.append(button);
      return choice;
    }),
  );
  const asked = new URLSearchParams(location.search).get("at") ?? location.hash.match(/^#t=([\d.]+)$/)?.[1];
  if (asked) return hear(Number(asked) || 0);
  if (!shown.data.may.mark) return;
  const first = opening();
  if (first) go(first);
  if (typeof first?.start !== "number") hear(0);
}

/** Stand at a stop, and hear it. */
export function go(stop) {
  focusOn(stop);
  if (typeof stop.start === "number") hear(stop.start);
}

export function step(direction) {
  close();
  letGo();
  const stop = beside(direction);
  if (stop) go(stop);
}

function onward() {
  const next = undecided();
  if (next) go(next);
  else toast(said("all-decided"));
}

/** Why nobody marks the card now, or this person never does; "" where they can. */
function hindrance() {
  const { standing, mine } = shown.state;
  if (!shown.data.may.review) return "read-only";
  if (standing === "draft") return "";
  if (standing !== "confirmed") return "released";
  return mine?.kind === "step" ? "not-draft" : "submitted-by-others"; // whose submission is not one's own to take back
}

/** Whether one may mark the card; who may not is told why. */
export function canMark() {
  const why = hindrance();
  if (why) toast(said(why));
  return !why;
}

/** Uphold, reject or doubt the claim in focus. */
export function decide(view) {
  const stop = shown.focus;
  if (!canMark()) return;
  if (!stop || stop.people || stop.alone) return toast(said("use-digits"));
  const mark = { kind: "hit", item: stop.item, hit: stop.hit, says: view };
  mark.span = stop.start === null ? null : { start: stop.start, end: stop.end };
  say(mark, view === "rejected");
}

/** Answer the item in focus as a whole. */
export function answer(verdict) {
  const stop = shown.focus;
  if (!canMark() || !stop) return;
  const item = itemOf(stop.item);
  say({ kind: "item", item: item.id, says: verdict }, !item.people && verdict !== item.machine);
}

function say(mark, isOverride) {
  drop();
  acts += 1;
  keep("marks", { marks: [mark] }, isOverride);
  if (isOverride) reasons(mark);
  else onward();
}

/** A person changed their mind while the reason was asked: what was held is not said at all. */
function drop() {
  if (!element("reasons").hidden && shown.waiting.at(-1)?.held) {
    dropLast();
    acts -= 1;
  }
  close();
}

export const isAsking = () => !element("reasons").hidden;

function reasons(mark) {
  const box = element("reasons");
  asked = mark;
  waiting = setTimeout(letGo, PATIENCE);
  document.querySelector(".item.active")?.append(box);
  element("reasons-words").value = "";
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

function close() {
  clearTimeout(waiting);
  element("reasons").hidden = true;
  document.body.append(element("reasons")); // not within what is replaced when the next call comes
}

/** Why: a key of the list, own words, or nothing; then on. */
export function reason(text) {
  close();
  if (shown.waiting.at(-1)?.held) letGo((body) => (body.marks[0].reason = text));
  else if (text) keep("marks", { marks: [{ ...asked, reason: text }] });
  onward();
}

/** A digit is a reason while one is asked for, else an answer to the item in focus. */
export function digit(number) {
  if (isAsking()) {
    if (number === 0) element("reasons-words").focus();
    else if (shown.data.reasons[number - 1]) reason(shown.data.reasons[number - 1][0]);
  } else if (ANSWERS[number - 1]) {
    answer(ANSWERS[number - 1]);
  }
}

/** Words that the machine passed over, by which an item fails. */
export function missed(item, span) {
  acts += 1;
  keep("marks", { marks: [{ kind: "missed", item, says: "fail", span }] });
  focusOn(itemStop(item));
  const { ask, judges } = itemOf(item), whose = Object.keys(judges);
  const by = (who) => turnElement(span.turn).classList.contains(who);
  if (!whose.length || whose.some(by)) return toast(said("missed-saved", { ask }));
  toast(said("missed-of-others", { ask, whose: Object.values(judges).join("、") }), 10);
}

export function comment(text, span) {
  acts += 1;
  keep("marks", { marks: [{ kind: "comment", text, span }] });
}

/** A call to learn from, or not after all. */
export function excel() {
  if (!canMark()) return;
  acts += 1;
  keep("marks", { marks: [{ kind: "excellent", says: shown.state.excellent ? "no" : "yes" }] });
}

/** Take back what one did last here; if that was nothing, the card that was just submitted. */
export async function undo(submitted, back) {
  const why = hindrance();
  if (why && why !== "not-draft") return toast(said(why));
  close();
  if (dropLast()) {
    acts -= 1;
    return toast(said("undone"));
  }
  if (!acts && submitted && shown.state.standing === "draft") {
    const { status, told } = await post("undo", { version: submitted.version }, submitted.card);
    if (status !== 200) return toast(told.detail ?? said("refused"));
    await back(submitted.card);
    return toast(said("submission-undone"));
  }
  const before = shown.waiting.at(-1)?.body.marks?.at(-1) ?? shown.state.mine;
  if (!before) return toast(said("nothing-to-undo"));
  acts = Math.max(0, acts - 1);
  keep("undo", {});
  if (!(await settled())) return;
  const stop = shown.stops.find((one) => one.item === before.item && (one.people || one.hit === (before.hit ?? null)));
  if (stop) focusOn(stop);
  toast(said("undone"));
}

/** A step of the whole card: confirm, release, acknowledge, swap. What came of it, or null. */
export async function whole(path, body = {}) {
  close();
  if (!(await settled())) return toast(said("not-saved")), null;
  const { status, told } = await post(path, { version: shown.state.version, ...body });
  if (status === 200) return told;
  if (status === 409 && told.since) {
    const ours = told.since.every((mark) => mark.kind === "step" && mark.by === shown.data.me);
    if (ours) return told.state; // it was done, and the answer was lost
    const again = await overtaken(told.since, []);
    adopt(told.state);
    return again ? whole(path, body) : null;
  }
  toast(told.detail ?? said(status ? "refused" : "no-connection"), 8);
  return null;
}

export async function swap() {
  if (!canMark()) return null;
  const yes = await ask(said("swap-title"), [made("p", { text: said("swap-text") })], said("swap-yes"), said("cancel"));
  return yes ? whole("swap") : null;
}

export const claimOf = (target) => claim(Number(target.closest("[data-claim]")?.dataset.claim));
