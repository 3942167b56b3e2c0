// What is done with words of the transcript: marked as missed by the machine, put right, commented on.
import { clock, element, made, said } from "./call-page.js";
import { shown } from "./call-state.js";
import { canMark, comment, missed, whole } from "./call-marking.js";
import { letters, selectedTurns, span, withWords } from "./call-selecting.js";
import { now, pause, rangeOf, turnElement } from "./call-sound.js";

const BEFORE = 15, AFTER = 30; // seconds around a claim that a case begins with

/** 漏判: which item fails by these words. */
export function miss() {
  if (!canMark()) return;
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
  if (!canMark()) return;
  withWords((words) => {
    pause();
    const paragraph = turnElement(words.turn).querySelector("p");
    const range = rangeOf(paragraph, words.first, words.last), text = range.toString();
    const input = made("input", { className: "inline", type: "text", "aria-label": said("edit-title", { words: text }) });
    input.value = text;
    input.size = Math.max(4, Math.min(40, letters(text) * 2));
    const box = made("span", { className: "inline-box" }), before = paragraph.cloneNode(true);
    range.deleteContents();
    range.insertNode(box);
    box.append(input);
    input.focus();
    input.select();
    const leave = () => paragraph.isConnected && paragraph.replaceWith(before);
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

/** A case of the words that are selected, of the claim in focus, or of the whole call. */
export function study() {
  const [start, end] = chosenSpan();
  const asked = new URLSearchParams({ recording: shown.data.recording, card: shown.data.card, from: Math.floor(start * 1000), to: Math.ceil(end * 1000) });
  location.assign(`/cases/new?${asked}`);
}

function chosenSpan() {
  const turns = selectedTurns();
  if (turns.length) return [shown.data.turns[turns[0]][0], shown.data.turns[turns.at(-1)][1]];
  const at = shown.focus?.start;
  if (typeof at !== "number") return [0, shown.data.duration];
  return [Math.max(0, at - BEFORE), Math.min(shown.data.duration, (shown.focus.end ?? at) + AFTER)];
}

/** A comment at this moment. */
export function note() {
  if (!canMark()) return;
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
