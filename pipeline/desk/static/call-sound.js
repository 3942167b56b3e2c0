// The sound of the card that is shown: playing, seeking, its picture, and the words that follow it.
import { bring, chosen, clock, element, said, toast } from "./call-page.js";
import { post } from "./call-saving.js";
import { shown } from "./call-state.js";

export const LEAD = 2; // seconds before what is to be heard, so that one hears how it came
const STEP = 3, SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5], ASK_AGAIN = 700;
let audio = null, turn = -1, scrolled = 0, asking = 0, frame = 0;
const letters = globalThis.Highlight ? new Highlight() : null;
if (letters) CSS.highlights.set("spoken", letters);

/** An element that loads the sound of a card. It may be made before its card is shown (ahead): then
 * the record has it as fetched, and as heard when it first plays. */
export function loading(card, from = 0, ahead = "") {
  const made = new Audio();
  made.id = "audio";
  made.preload = "auto";
  made.src = `/cards/${card}/sound${ahead}`;
  if (ahead) made.addEventListener("play", () => post("played", {}, card), { once: true });
  if (from) made.addEventListener("loadedmetadata", () => (made.currentTime = from), { once: true });
  return made;
}

/** The sound of the card that has just come into the page; ready: an element that has it already. */
export function begin(ready = null) {
  end();
  if (!element("player")) return;
  if (element("player").dataset.sound === "ready") attach(ready ?? loading(shown.data.card));
  else if (element("player").dataset.sound === "making") wait();
}

/** The card leaves the page. */
export function end() {
  clearTimeout(asking);
  audio?.pause();
  audio?.remove();
  audio?.removeAttribute("src");
  audio?.load(); // it takes no more
  audio = null;
  turn = -1;
  letters?.clear();
}

/** Its picture comes when the sound is made; until then the page is there without. */
async function wait() {
  const card = shown.data.card;
  try {
    const answer = await fetch(`/cards/${card}/wave`);
    if (card !== shown.data.card) return;
    if (answer.status === 202 || answer.status >= 500) throw new Error("not yet");
    const text = await answer.text();
    if (answer.ok) element("wave").innerHTML = text;
    else element("wave").querySelector(".silent").textContent = said("sound-gone");
    if (answer.ok) attach(loading(card));
  } catch {
    asking = setTimeout(wait, ASK_AGAIN);
  }
}

function attach(made) {
  audio = made;
  element("player").append(audio);
  element("play").disabled = false;
  audio.playbackRate = chosen.get("speed", 1);
  element("speed").textContent = `${audio.playbackRate}×`;
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, pressed);
  audio.addEventListener("play", follow);
  for (const name of ["seeked", "timeupdate"]) audio.addEventListener(name, draw);
  audio.addEventListener("error", lost);
  if (wanted.card === shown.data.card) hear(wanted.at);
}

function lost() {
  if (!audio?.error) return;
  element("play").disabled = true;
  toast(said("sound-gone"), 8);
}

const wanted = { card: 0, at: 0 };

/** Play from a moment. Where the sound is still being made, as soon as it is there. */
export function hear(seconds, lead = LEAD) {
  const at = Math.max(0, Math.min(shown.data.duration, seconds - lead));
  wanted.card = audio ? 0 : shown.data.card;
  wanted.at = at + lead;
  if (!audio) return;
  audio.currentTime = at;
  play();
  draw();
}

function play() {
  audio.play().then(
    () => hint(false),
    (error) => error.name === "NotAllowedError" && hint(true), // until a key is pressed, says the browser
  );
}

/** The first key plays, where the browser did not let the page do so by itself. */
export function playIfHeldBack() {
  if (audio && !element("hint").hidden) play();
}

function hint(isHeldBack) {
  if (element("hint")) element("hint").hidden = !isHeldBack;
}

export const now = () => audio?.currentTime ?? 0;
export const isPlaying = () => Boolean(audio) && !audio.paused;
export const toggle = () => audio && (audio.paused ? play() : audio.pause());
export const pause = () => audio?.pause();

export function seekBy(direction) {
  if (!audio) return;
  audio.currentTime = Math.max(0, Math.min(shown.data.duration, audio.currentTime + STEP * direction));
  draw();
}

export function seekTo(seconds) {
  if (audio) audio.currentTime = seconds;
  draw();
}

export function faster(direction) {
  const at = SPEEDS.indexOf(chosen.get("speed", 1));
  const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, (at < 0 ? 1 : at) + direction))];
  chosen.set("speed", speed);
  if (audio) audio.playbackRate = speed;
  element("speed").textContent = `${speed}×`;
}

function pressed() {
  element("play")?.setAttribute("aria-pressed", String(isPlaying()));
  element("call").classList.toggle("playing", isPlaying());
}

function follow() {
  cancelAnimationFrame(frame);
  if (!audio) return;
  draw();
  if (!audio.paused) frame = requestAnimationFrame(follow);
}

function draw() {
  if (!audio || !element("now")) return;
  const at = audio.currentTime, percent = `${(100 * at) / shown.data.duration}%`;
  element("now").textContent = clock(at);
  element("played")?.setAttribute("width", percent);
  for (const end of ["x1", "x2"]) element("head")?.setAttribute(end, percent);
  element("wave").setAttribute("aria-valuenow", at.toFixed(1));
  element("wave").setAttribute("aria-valuetext", clock(at));
  spoken(at);
}

/** The turn that is spoken at a moment: the last one that has begun. */
export function turnAt(at) {
  const turns = shown.data.turns;
  let low = 0, high = turns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle][0] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export const turnElement = (number) => element("turns").querySelector(`[data-turn="${number}"]`);

function spoken(at) {
  const number = turnAt(at);
  const isOn = number >= 0 && at < shown.data.turns[number][1] + 0.3;
  if (number !== turn) {
    element("turns").querySelector(".now")?.classList.remove("now");
    turn = number;
    if (isOn && !audio.paused && performance.now() - scrolled > 4000) bring(turnElement(number));
  }
  const one = number >= 0 ? turnElement(number) : null;
  one?.classList.toggle("now", isOn);
  if (letters) letter(isOn ? one : null, at);
}

function letter(one, at) {
  letters.clear();
  const [start, , times] = shown.data.turns[turn] ?? [];
  if (!one || !times?.length) return;
  let last = 0;
  while (last < times.length && start + times[last] / 10 <= at) last += 1;
  if (last) letters.add(rangeOf(one.querySelector("p"), last - 1, last));
}

/** Code points first..last of an element's text as a range of the document. */
export function rangeOf(paragraph, first, last) {
  const range = document.createRange(), walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let at = 0, node;
  range.selectNodeContents(paragraph);
  while ((node = walk.nextNode())) {
    const letters = [...node.data], end = at + letters.length;
    const offset = (point) => letters.slice(0, point - at).join("").length;
    if (first >= at && first < end) range.setStart(node, offset(first));
    if (last > at && last <= end) {
      range.setEnd(node, offset(last));
      break;
    }
    at = end;
  }
  return range;
}

/** A drag over the picture seeks. */
export function touch(event) {
  const wave = event.target.closest?.("#wave");
  if (!wave || !audio || event.button || event.target.closest(".dot")) return;
  const lanes = wave.querySelector(".lanes"), to = (one) => {
    const box = lanes.getBoundingClientRect();
    seekTo(Math.max(0, Math.min(1, (one.clientX - box.left) / box.width)) * shown.data.duration);
  };
  wave.setPointerCapture(event.pointerId);
  wave.addEventListener("pointermove", to);
  wave.addEventListener("lostpointercapture", () => wave.removeEventListener("pointermove", to), { once: true });
  to(event);
}

document.addEventListener("wheel", (event) => event.target.closest?.(".transcript") && (scrolled = performance.now()), { passive: true });
