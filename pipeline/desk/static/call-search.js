// Search in the transcript.
import { bring, element } from "./call-page.js";
import { letters, select, turnOf } from "./call-selecting.js";
import { rangeOf } from "./call-sound.js";

const found = globalThis.Highlight ? new Highlight() : null;
if (found) CSS.highlights.set("found", found);
let places = [], current = -1;

/** Enter goes on, Shift+Enter back, Escape ends. */
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
