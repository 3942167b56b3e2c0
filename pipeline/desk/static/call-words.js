// Words of the transcript: marked as missed by the machine, put right, commented on, searched.
import { bring, clock, element, made, said, toast } from "./call-page.js";
import { shown } from "./call-state.js";
import { take } from "./call-keys.js";
import { comment, missed, whole } from "./call-marking.js";
import { hear, now, pause, rangeOf, turnAt, turnElement } from "./call-sound.js";

const letters = (text) => [...text].length;

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

const paragraphOf = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest(".turn p");
const turnOf = (one) => Number(one.closest("[data-turn]").dataset.turn);

function select(words) {
  const paragraph = turnElement(words.turn).querySelector("p");
  const range = rangeOf(paragraph, words.first, words.last);
  getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  bring(paragraph.closest(".turn"));
}

/** When a character of a turn is said. */
export function moment(turn, at) {
  const [start, end, times] = shown.data.turns[turn];
  if (times?.length) return at < times.length ? start + times[at] / 10 : end;
  const count = letters(turnElement(turn).querySelector("p").textContent);
  return start + ((end - start) * at) / Math.max(1, count);
}

const span = (words) => ({
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
function withWords(then) {
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

/** 漏判: which item fails by these words. */
export function miss() {
  withWords((words) => {
    pause();
    pick(said("missed-title", { words: words.text ?? "" }), (item) => {
      missed(item, span(words));
      getSelection().removeAllRanges();
    });
  });
}

function pick(title, then) {
  const dialog = element("picking"), input = element("picking-words"), list = element("picking-list");
  element("picking-title").textContent = title;
  input.value = "";
  let fitting = [], at = 0;
  const show = () => {
    list.replaceChildren(...fitting.map((item, i) => {
      const option = made("li", { role: "option", id: `option-${i}`, "aria-selected": String(i === at), text: item.ask });
      option.onclick = () => done(item);
      return option;
    }));
    input.setAttribute("aria-activedescendant", fitting.length ? `option-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const filter = () => {
    const asked = input.value.trim().toLowerCase();
    fitting = shown.data.items.filter((item) => [item.ask, item.id, item.initials].some((one) => one.toLowerCase().includes(asked)));
    at = 0;
    show();
  };
  const done = (item) => {
    dialog.close();
    then(item.id);
  };
  input.oninput = (event) => event.isComposing || filter();
  input.oncompositionend = filter;
  input.onkeydown = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way && fitting.length) at = (at + way + fitting.length) % fitting.length, show();
    else if (event.key === "Enter" && fitting[at]) done(fitting[at]);
    else if (event.key !== "Enter") return;
    event.preventDefault();
  };
  filter();
  dialog.showModal();
  input.focus();
}

/** Put words right where they stand: Enter saves, Escape leaves them. reload: shows the card anew. */
export function edit(reload) {
  if (!shown.data.may.mark) return toast(said("not-draft"));
  withWords((words) => {
    pause();
    const paragraph = turnElement(words.turn).querySelector("p");
    const range = rangeOf(paragraph, words.first, words.last), text = range.toString();
    const input = made("input", { className: "inline", type: "text", "aria-label": said("edit-title", { words: text }) });
    input.value = text;
    input.size = Math.max(4, Math.min(40, letters(text) * 2));
    const box = made("span", { className: "inline-box" });
    range.deleteContents();
    range.insertNode(box);
    box.append(input);
    input.focus();
    input.select();
    const leave = () => box.replaceWith(text);
    input.onkeydown = async (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") leave();
      if (event.key !== "Enter") return;
      event.preventDefault();
      input.disabled = true;
      const told = input.value === text ? null : await whole("words", { turn: words.turn, first: words.first, last: words.last, text: input.value });
      if (told) await reload(told.card);
      else leave();
    };
    input.onblur = () => input.disabled || leave();
  });
}

/** A comment at this moment. */
export function note() {
  if (!shown.data.may.mark) return toast(said("not-draft"));
  const dialog = element("typing"), field = element("typing-words"), at = now();
  element("typing-title").textContent = said("comment-title", { at: clock(at) });
  field.value = "";
  field.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    dialog.close("yes");
  };
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes" && field.value.trim()) comment(field.value.trim(), { start: at, end: at });
  };
  dialog.showModal();
  field.focus();
}

const found = globalThis.Highlight ? new Highlight() : null;
if (found) CSS.highlights.set("found", found);
let places = [], current = -1;

/** Search in the transcript: Enter goes on, Shift+Enter back, Escape ends. */
export function search() {
  const bar = element("search"), input = element("search-words");
  bar.hidden = false;
  input.oninput = (event) => event.isComposing || look(input.value);
  input.oncompositionend = () => look(input.value);
  input.onkeydown = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") event.preventDefault(), jump(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") event.preventDefault(), close();
  };
  bar.onsubmit = (event) => event.preventDefault();
  input.focus();
  input.select();
}

function look(words) {
  const asked = words.trim().toLowerCase(), length = letters(asked);
  found?.clear();
  places = [];
  current = -1;
  for (const paragraph of asked ? element("turns").querySelectorAll(".turn p") : []) {
    const text = [...paragraph.textContent.toLowerCase()].join("");
    for (let at = text.indexOf(asked); at >= 0; at = text.indexOf(asked, at + asked.length)) {
      const first = letters(text.slice(0, at)), range = rangeOf(paragraph, first, first + length);
      places.push({ paragraph, first, last: first + length });
      found?.add(range);
    }
  }
  count();
  if (places.length) jump(1);
}

function jump(direction) {
  if (!places.length) return;
  current = (current + direction + places.length) % places.length;
  const { paragraph, first, last } = places[current];
  const range = rangeOf(paragraph, first, last), input = element("search-words"), caret = input.selectionStart;
  bring(paragraph.closest(".turn"));
  getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  input.focus({ preventScroll: true });
  input.setSelectionRange(caret, caret);
  paragraph.closest(".turn").classList.add("sought");
  for (const one of element("turns").querySelectorAll(".sought")) one.classList.toggle("sought", one === paragraph.closest(".turn"));
  count();
}

const count = () => (element("search-count").textContent = places.length ? `${current + 1} / ${places.length}` : element("search-words").value ? "0" : "");

function close() {
  const place = places[current];
  element("search").hidden = true;
  element("search-words").value = "";
  found?.clear();
  element("turns").querySelector(".sought")?.classList.remove("sought");
  if (place) select({ turn: turnOf(place.paragraph), first: place.first, last: place.last });
  document.querySelector(".transcript").focus({ preventScroll: true });
}
