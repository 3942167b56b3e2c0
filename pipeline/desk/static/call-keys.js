// Which key does what. Every command may have another key, kept on this machine; digits and Escape
// are nobody's to give away. Keys do nothing while somebody types or composes with an input method.
import { chosen, element, made, said } from "./call-page.js";
import { shown } from "./call-state.js";

const GIVEN = {
  play: " ", back: "arrowleft", forward: "arrowright", previous: "j", following: "k",
  uphold: "a", reject: "x", doubt: "u", missed: "m", undo: "z",
  slower: "[", faster: "]", next: "n", submit: "ctrl+enter",
  comment: "c", excellent: "g", case: "t", edit: "e", swap: "shift+s", search: "/", keys: "?",
};
const ONLY = { // what does nothing for who may not do that
  review: ["uphold", "reject", "doubt", "missed", "undo", "submit", "comment", "excellent", "edit", "swap", "digits", "escape"],
  queue: ["next"], teach: ["case"],
};
const ALIKE = { "【": "[", "】": "]", "「": "[", "」": "]", "？": "?", "、": "/", "／": "/", "\u3000": " " };
const SIGNS = { " ": "key-space", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓", enter: "⏎" };
const FIXED = /^(\d|escape|tab|enter|shift|control|alt|meta|capslock|process|dead|unidentified)$/;
let commands = null, taking = null;

const keys = () => ({ ...GIVEN, ...chosen.get("keys", {}) });

/** A key press as one word: a, shift+s, ctrl+enter. Keys of a Chinese layout are what stands there. */
export function pressed(event) {
  const key = ALIKE[event.key] ?? event.key.toLowerCase();
  const letter = /^[a-z]$/.test(key) || key.length > 1;
  const held = [(event.ctrlKey || event.metaKey) && "ctrl", event.altKey && "alt", event.shiftKey && letter && "shift"];
  return [...held.filter(Boolean), key].join("+");
}

const isTyping = (event) =>
  event.isComposing || event.keyCode === 229 || event.target.closest?.("input, textarea, select, [contenteditable]");

/** does: command -> what it does; first: sees every key before, and says whether it took it. */
export function begin(does, first) {
  commands = does;
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    const key = pressed(event);
    if (taking?.(key, event) || first(key, event)) return event.preventDefault();
    const command = Object.entries(keys()).find(([, own]) => own === key)?.[0];
    if (!command) return;
    if (key === " " && event.target.closest?.("button, summary, a")) return; // it is theirs
    event.preventDefault();
    if (!event.repeat || ["back", "forward"].includes(command)) commands[command]();
  });
}

/** Until it is given up (with null), this sees every key first. */
export const take = (handler) => (taking = handler);

/** A key as it is printed on a keyboard. */
function sign(key) {
  return key.split(/\+(?=.)/).map((part) => {
    if (part === " ") return said("key-space");
    if (part === "ctrl") return "Ctrl";
    return SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part[0].toUpperCase() + part.slice(1));
  }).join(" ");
}

/** Write the keys where the page names them. */
export function label() {
  const own = keys();
  for (const one of document.querySelectorAll("kbd[data-key]")) one.textContent = sign(own[one.dataset.key]);
  for (const one of document.querySelectorAll("[data-does]"))
    if (own[one.dataset.does]) one.title = `${said(`command-${one.dataset.does}`)} (${sign(own[one.dataset.does])})`;
}

/** All keys that work for the reader, and a way to change them. */
export function overlay() {
  list();
  element("keys-said").textContent = "";
  element("keys-reset").onclick = () => {
    chosen.set("keys", {});
    list();
    label();
  };
  element("keys").showModal();
}

const works = (name) => Object.entries(ONLY).every(([may, names]) => shown.data.may[may] || !names.includes(name));

function list() {
  const own = keys();
  const fixed = ["digits", "escape"].filter(works).map((name) => row(name, said(`sign-${name}`)));
  element("keys-list").replaceChildren(
    ...Object.keys(GIVEN).filter(works).map((name) => {
      const line = row(name, sign(own[name]));
      const button = made("button", { className: "quiet", text: said("key-change"), type: "button" });
      button.setAttribute("aria-label", `${said("key-change")}: ${said(`command-${name}`)}`);
      button.onclick = () => change(name, line);
      line.append(button);
      return line;
    }),
    ...fixed,
  );
}

function row(name, text) {
  const line = made("li", { "data-command": name });
  line.append(made("kbd", { text }), made("span", { text: said(`command-${name}`) }));
  return line;
}

function change(name, line) {
  line.classList.add("waiting");
  element("keys-said").textContent = said("key-press", { name: said(`command-${name}`) });
  const listen = (event) => {
    if (event.isComposing || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
    give(name, pressed(event));
  };
  const stop = () => document.removeEventListener("keydown", listen, true);
  document.addEventListener("keydown", listen, true);
  element("keys").addEventListener("close", stop, { once: true });
}

/** The key is a command's own from now on, unless it is another's already. */
function give(name, key) {
  const own = keys(), other = Object.keys(own).find((one) => own[one] === key && one !== name);
  const isFree = key !== "escape" && !FIXED.test(key) && !other;
  if (isFree) chosen.set("keys", { ...chosen.get("keys", {}), [name]: key });
  list();
  label();
  if (key === "escape") element("keys-said").textContent = "";
  else if (isFree) element("keys-said").textContent = said("key-given", { name: said(`command-${name}`), key: sign(key) });
  else element("keys-said").textContent = other ? said("key-taken", { key: sign(key), name: said(`command-${other}`) }) : said("key-fixed", { key: sign(key) });
  element("keys-list").querySelector(`[data-command="${name}"] button`).focus();
}
