// Which words of the transcript are meant: selected by the mouse, or by keys alone.
import { bring, element, said, toast } from "./call-page.js";
import { shown } from "./call-state.js";
import { take } from "./call-keys.js";
import { hear, now, pause, rangeOf, turnAt, turnElement } from "./call-sound.js";

export const letters = (text) => [...text].length;

/** The words that are selected, within one turn: {turn, first, last, text}; null without any. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const paragraph = paragraphOf(range.startContainer) ?? element("turns")?.querySelector("p");
  if (!paragraph || !range.intersectsNode(paragraph)) return null;
  const before = document.createRange();
  before.selectNodeContents(paragraph);
  if (paragraph.contains(range.startContainer)) before.setEnd(range.startContainer, range.startOffset);
  else before.collapse(true);
  const within = document.createRange();
  within.selectNodeContents(paragraph);
  within.setStart(before.endContainer, before.endOffset);
  if (paragraph.contains(range.endContainer)) within.setEnd(range.endContainer, range.endOffset);
  const first = letters(before.toString()), text = within.toString();
  return text ? { turn: turnOf(paragraph), first, last: first + letters(text), text } : null;
}

/** The numbers of the turns that a selection reaches, in order. */
export function selectedTurns() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  return [...element("turns").querySelectorAll(".turn p")].filter((one) => range.intersectsNode(one)).map(turnOf);
}

const paragraphOf = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest(".turn p");
export const turnOf = (one) => Number(one.closest("[data-turn]").dataset.turn);

/** Select words, and bring them into sight. */
export function select(words) {
  const paragraph = turnElement(words.turn).querySelector("p");
  const range = rangeOf(paragraph, words.first, words.last);
  getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  bring(paragraph.closest(".turn"));
}

/** When a character of a turn is said. */
function moment(turn, at) {
  const [start, end, times] = shown.data.turns[turn];
  if (times?.length) return at < times.length ? start + times[at] / 10 : end;
  const count = letters(turnElement(turn).querySelector("p").textContent);
  return start + ((end - start) * at) / Math.max(1, count);
}

/** Words as the place of a mark. */
export const span = (words) => ({
  turn: words.turn, first: words.first, last: words.last,
  start: moment(words.turn, words.first), end: Math.max(moment(words.turn, words.first), moment(words.turn, words.last)),
});

/** A click on a word plays from it. */
export function clicked(event) {
  const paragraph = event.target.closest(".turn p");
  if (!paragraph || !getSelection().isCollapsed) return false;
  const place = document.caretPositionFromPoint?.(event.clientX, event.clientY)
    ?? legacy(document.caretRangeFromPoint?.(event.clientX, event.clientY));
  if (!place || !paragraph.contains(place.offsetNode)) return false;
  const before = document.createRange();
  before.selectNodeContents(paragraph);
  before.setEnd(place.offsetNode, place.offset);
  hear(moment(turnOf(paragraph), letters(before.toString())), 0);
  return true;
}

const legacy = (range) => range && { offsetNode: range.startContainer, offset: range.startOffset };

/** The words that were selected or, with arrows, are now: `then` gets them. */
export function withWords(then) {
  const words = selected();
  if (words) return then(words);
  const focus = shown.focus?.turn ?? -1;
  const turn = now() || focus < 0 ? Math.max(0, turnAt(now())) : focus;
  if (!shown.data.turns.length) return;
  pause();
  byKeys(turn, then);
}

/** Selecting without a mouse: ↑ ↓ another turn, → ← more or fewer words, with Shift at the front. */
function byKeys(turn, then) {
  const length = (number) => letters(turnElement(number).querySelector("p").textContent);
  let words = { turn, first: 0, last: length(turn) };
  const moves = {
    arrowup: () => other(-1), arrowdown: () => other(1),
    arrowleft: () => (words.last = Math.max(words.first + 1, words.last - 1)),
    arrowright: () => (words.last = Math.min(length(words.turn), words.last + 1)),
    "shift+arrowleft": () => (words.first = Math.max(0, words.first - 1)),
    "shift+arrowright": () => (words.first = Math.min(words.last - 1, words.first + 1)),
  };
  const other = (direction) => {
    const number = Math.max(0, Math.min(shown.data.turns.length - 1, words.turn + direction));
    words = { turn: number, first: 0, last: length(number) };
  };
  const over = () => {
    take(null);
    toast("");
  };
  take((key) => {
    if (key === "escape") getSelection().removeAllRanges(), over();
    else if (key === "enter") over(), then(selected() ?? words);
    else if (moves[key]) moves[key](), select(words);
    else return false;
    return true;
  });
  select(words);
  toast(said("selecting"), 60);
}
