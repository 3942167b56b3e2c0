"use strict";
// The player of a call's page. Evidence begins to sound LEAD seconds early, so that one hears how it came.
const LEAD = 1, STEP = 3, SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const data = JSON.parse(document.getElementById("data").textContent);
const audio = document.getElementById("audio");
const byHit = new Map(data.hits.map((hit) => [hit.id, hit]));
const open = data.hits.filter((hit) => hit.open);
const spans = new Set(); // a moment that two items point at is one stop
const stops = (open.length ? open : data.hits).filter((hit) => {
  const span = `${hit.start} ${hit.end}`;
  return !spans.has(span) && spans.add(span);
});
const turns = [...document.querySelectorAll("[data-turn]")];
let current = null;

const clock = (s) => {
  const h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60), r = String(Math.floor(s % 60)).padStart(2, "0");
  return h ? `${h}:${String(m).padStart(2, "0")}:${r}` : `${m}:${r}`;
};

function show(id, scroll) {
  current = id;
  document.querySelectorAll(".active").forEach((e) => e.classList.remove("active"));
  document.querySelectorAll(`[data-hit="${id}"]`).forEach((e) => e.classList.add("active"));
  const button = document.querySelector(`.card [data-hit="${id}"]`);
  const item = button && button.closest(".item");
  if (item) {
    item.classList.add("active");
    const folded = item.closest("details");
    if (folded) folded.open = true;
  }
  const words = document.querySelector(`.transcript [data-hit="${id}"]`);
  if (scroll) [item, words].forEach((e) => e && bring(e));
}

// Only inside the columns: on a telephone the page must not jump away under the finger.
function bring(element) {
  const column = element.closest(".card, .transcript");
  if (column.scrollHeight <= column.clientHeight + 1) return;
  const box = element.getBoundingClientRect(), frame = column.getBoundingClientRect();
  if (box.top < frame.top + 8 || box.bottom > frame.bottom - 8)
    column.scrollBy({ top: box.top - frame.top - frame.height / 3, behavior: "smooth" });
}

function seek(seconds, play) {
  audio.currentTime = Math.max(0, Math.min(data.duration, seconds));
  if (play) audio.play();
  draw();
}

function hear(id) {
  const hit = byHit.get(id);
  if (!hit) return;
  show(id, true);
  if (audio) seek(hit.start - LEAD, true);
}

function step(direction) {
  if (!stops.length) return;
  const at = stops.findIndex((hit) => hit.id === current);
  const next = at < 0 ? (direction > 0 ? 0 : stops.length - 1) : Math.max(0, Math.min(stops.length - 1, at + direction));
  hear(stops[next].id);
}

function draw() {
  const now = audio.currentTime, percent = `${(100 * now) / data.duration}%`;
  document.getElementById("now").textContent = clock(now);
  document.getElementById("played").setAttribute("width", percent);
  for (const end of ["x1", "x2"]) document.getElementById("head").setAttribute(end, percent);
  const wave = document.getElementById("wave");
  wave.setAttribute("aria-valuenow", now.toFixed(1));
  wave.setAttribute("aria-valuetext", clock(now));
  turns.forEach((turn, i) => turn.classList.toggle("now", data.turns[i][0] <= now && now < data.turns[i][1]));
}

function follow() {
  draw();
  if (audio.paused) return;
  const spoken = turns.find((turn) => turn.classList.contains("now"));
  if (spoken && spoken !== follow.last) bring(spoken);
  follow.last = spoken;
  requestAnimationFrame(follow);
}

function speed(direction) {
  const at = SPEEDS.indexOf(audio.playbackRate);
  const next = direction === 0 ? (at + 1) % SPEEDS.length : Math.max(0, Math.min(SPEEDS.length - 1, at + direction));
  audio.playbackRate = SPEEDS[next];
  document.getElementById("speed").textContent = `${SPEEDS[next]}×`;
}

const toggle = () => (audio.paused ? audio.play() : audio.pause());

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-hit], [data-seek]");
  if (!target || target.disabled) return;
  if (event.detail) target.blur?.(); // after the mouse, the space bar belongs to the player again
  if (target.dataset.hit !== undefined) hear(Number(target.dataset.hit));
  else if (audio) seek(Number(target.dataset.seek), true);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === "j" || event.key === "J") return step(-1);
  if (event.key === "k" || event.key === "K") return step(1);
  if (!audio) return;
  const onButton = event.target.closest("button, summary, a");
  if (event.key === " " && !onButton) toggle();
  else if (event.key === "ArrowLeft") seek(audio.currentTime - STEP);
  else if (event.key === "ArrowRight") seek(audio.currentTime + STEP);
  else if (event.key === "Home" && event.target.id === "wave") seek(0);
  else if (event.key === "End" && event.target.id === "wave") seek(data.duration);
  else if (event.key === "[") speed(-1);
  else if (event.key === "]") speed(1);
  else return;
  event.preventDefault();
});

if (audio) {
  const wave = document.getElementById("wave"), play = document.getElementById("play");
  const to = (event) => {
    const box = wave.querySelector(".lanes").getBoundingClientRect();
    seek((data.duration * (event.clientX - box.left)) / box.width);
  };
  wave.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest(".dot")) return;
    wave.setPointerCapture(event.pointerId);
    to(event);
  });
  wave.addEventListener("pointermove", (event) => wave.hasPointerCapture(event.pointerId) && to(event));
  wave.addEventListener("click", (event) => !event.target.closest(".dot") && event.stopPropagation());
  play.addEventListener("click", (event) => { toggle(); if (event.detail) play.blur(); });
  document.getElementById("speed").addEventListener("click", () => speed(0));
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => {
    play.setAttribute("aria-pressed", String(!audio.paused));
    document.body.classList.toggle("playing", !audio.paused);
  });
  audio.addEventListener("play", follow);
  audio.addEventListener("seeked", draw);
  audio.addEventListener("timeupdate", draw); // where animation frames rest (hidden tabs)
}

addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((e) => (e.open = true)));
const asked = document.querySelector(location.hash.startsWith("#item-") ? `[id="${CSS.escape(location.hash.slice(1))}"]` : ":not(*)");
if (asked) {
  const folded = asked.closest("details");
  if (folded) folded.open = true;
  const first = asked.querySelector("[data-hit]");
  if (first) show(Number(first.dataset.hit), true);
  else asked.classList.add("active");
}
