// What was found, by keys: J/K from place to place, the space bar plays from there, Enter opens the
// call. Without scripts, everything here is a link or a button.
import { say } from "./desk.js";

const LEAD = 2; // seconds before the words, so that one hears how it came
const ASK_AGAIN = 700;
const ALIKE = { "？": "?", "／": "/", "、": "/" };
const GONE = 410, LATER = 503;
const one = (selector) => document.querySelector(selector);
const hits = () => [...document.querySelectorAll("#found .hit")];
const here = () => one("#found .hit.here");
const audio = () => one("#audio"); // another one, when the page was come back to
let wanted = null; // the place that is to be heard

function stand(to, quiet = false) {
  if (!to) return;
  here()?.classList.remove("here");
  to.classList.add("here");
  if (quiet) return;
  to.querySelector(".open").focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}

function step(direction) {
  const all = hits(), at = all.indexOf(here());
  stand(all[Math.min(Math.max(at + direction, 0), all.length - 1)]);
}

/** Play from a place; at the same place again: pause, or go on. */
async function hear(hit) {
  if (!hit) return;
  stand(hit, true);
  if (!hit.querySelector(".play")) return; // a chat: there is nothing to hear
  const card = hit.closest("[data-card]").dataset.card;
  if (wanted === hit && audio().dataset.card === card) return audio().paused ? play() : audio().pause();
  wanted = hit;
  audio().pause();
  if (audio().dataset.card !== card && !(await made(card, hit))) return;
  audio().currentTime = Math.max(0, Number(hit.dataset.at) - LEAD);
  await play();
}

const play = () => audio().play().catch((error) => error.name !== "AbortError" && say(one("#player").dataset.gone, "fail"));

/** Its sound is at hand; false where there is none, or something else is wanted by now. */
async function made(card, hit) {
  const address = `/cards/${card}/sound`, player = one("#player");
  let status = LATER;
  while (status === LATER && wanted === hit) {
    ({ status } = await fetch(address, { method: "HEAD" }).catch(() => ({ status: GONE })));
    if (status !== LATER) break;
    say(player.dataset.making);
    await new Promise((later) => setTimeout(later, ASK_AGAIN));
  }
  if (wanted !== hit) return false;
  say(status < 400 ? "" : player.dataset.gone, status < 400 ? "" : "fail");
  if (status >= 400) {
    wanted = null;
    return false;
  }
  const call = hit.closest("[data-card]").querySelector("h2 a"), link = one("#player-call");
  [link.textContent, link.href, player.hidden] = [call.textContent, call.href, false];
  audio().dataset.card = card;
  audio().src = address;
  await new Promise((ready) => {
    for (const name of ["loadedmetadata", "error"]) audio().addEventListener(name, ready, { once: true });
  });
  return wanted === hit;
}

function paint() {
  for (const hit of hits()) hit.classList.toggle("playing", hit === wanted && !audio().paused);
}

const does = {
  j: () => step(1),
  k: () => step(-1),
  " ": () => hear(here() ?? hits()[0]),
  c: () => here()?.querySelector("a.case")?.click(),
  "/": () => one("#query").select(),
  "?": () => one("#keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  const typing = event.isComposing || event.keyCode === 229 || event.target.closest?.("input, select, textarea, audio");
  if (held || typing || one("dialog[open]")) return;
  const key = ALIKE[event.key] ?? event.key.toLowerCase();
  if (!does[key] || (key === " " && event.target.closest?.("button, summary"))) return;
  event.preventDefault();
  does[key]();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#show-keys")) one("#keys").showModal();
  if (event.target.closest(".play")) hear(event.target.closest(".hit"));
});
document.addEventListener("htmx:afterSwap", () => {
  audio()?.pause();
  wanted = null;
  one("#query").blur();
});
for (const name of ["play", "pause", "ended"]) document.addEventListener(name, paint, true);
