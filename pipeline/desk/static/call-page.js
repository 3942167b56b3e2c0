// What every part of the page uses: its words, its elements, the time of day in a recording.
export const element = (id) => document.getElementById(id);

let words = null;

/** The words of a key, `{name}` filled in. They come with the page, in the reader's language. */
export function said(key, values = {}) {
  words ??= JSON.parse(element("call-words").textContent);
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds)), two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Points as people write them: 5, 2.5, and a true minus sign. */
export const points = (value) => String(Math.round(value * 1000) / 1000).replace("-", "−");

let fading = 0;

/** A line at the foot of the page that goes by itself. */
export function toast(text, seconds = 4) {
  const line = element("said");
  line.className = "";
  line.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => (line.textContent = ""), seconds * 1000);
}

/** An element with text, which is never markup. */
export function made(name, { className = "", text = "", ...attributes } = {}) {
  const one = document.createElement(name);
  if (className) one.className = className;
  if (text) one.textContent = text;
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  return one;
}

/** Into sight, within its own column: on a telephone the page must not jump away under a finger. */
export function bring(one) {
  const column = one?.closest(".card, .transcript");
  if (!column || column.scrollHeight <= column.clientHeight + 1) return;
  const box = one.getBoundingClientRect(), frame = column.getBoundingClientRect();
  const top = frame.top + (column.querySelector(".sum")?.offsetHeight ?? 0);
  if (box.top < top + 8 || box.bottom > frame.bottom - 8)
    column.scrollBy({ top: box.top - top - (frame.bottom - top) / 3 });
}

/** What somebody chose for themselves, on this machine; it may be forbidden to keep anything. */
export const chosen = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`zhiyin.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`zhiyin.${name}`, JSON.stringify(value));
    } catch {
      // A private window: it holds for this page.
    }
  },
};
