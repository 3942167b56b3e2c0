// Cases: words play their moment, a playlist plays through, and the form's excerpt is chosen by clicks.
const element = (id) => document.getElementById(id);
const sound = element("sound"), turns = element("turns");

/** m:ss.s as the form reads it. */
function moment(seconds) {
  const whole = Math.round(seconds * 1000), minutes = Math.floor(whole / 60000), rest = whole % 60000;
  const part = rest % 1000 ? `.${String(rest % 1000).padStart(3, "0").replace(/0+$/, "")}` : "";
  return `${minutes}:${String(Math.floor(rest / 1000)).padStart(2, "0")}${part}`;
}

/** Seconds of what was typed; NaN of what is no moment. */
const seconds = (text) => text.trim().replaceAll("：", ":").split(":").reduce((sum, part) => sum * 60 + (part === "" ? NaN : Number(part)), 0);

document.addEventListener("click", (event) => {
  const seek = event.target.closest("[data-seek]"), play = event.target.closest("[data-play]");
  if (seek && sound) {
    sound.currentTime = Number(seek.dataset.seek);
    sound.play();
  }
  if (play) hear(play);
});

/** One of a playlist, and then the ones behind it. */
function hear(button) {
  sound.hidden = false;
  sound.src = button.dataset.play;
  sound.play();
  for (const one of document.querySelectorAll("[data-play]")) one.toggleAttribute("aria-current", one === button);
}

sound?.addEventListener("ended", () => {
  const all = [...document.querySelectorAll("[data-play]")], at = all.findIndex((one) => one.hasAttribute("aria-current"));
  if (at >= 0 && all[at + 1]) hear(all[at + 1]);
});
sound?.addEventListener("timeupdate", () => {
  const lines = [...document.querySelectorAll(".excerpt li[data-start]")];
  const now = lines.findLast((one) => Number(one.dataset.start) <= sound.currentTime);
  for (const one of lines) one.classList.toggle("now", one === now && !sound.paused);
});

if (turns) choosing(element("begins"), element("ends"), element("try"));

document.querySelector(".case-form")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
});

function choosing(begins, ends, listen) {
  const show = () => {
    const from = seconds(begins.value), to = seconds(ends.value);
    for (const one of turns.querySelectorAll("li"))
      one.classList.toggle("chosen", Number(one.dataset.start) < to && Number(one.dataset.end) > from);
  };
  turns.addEventListener("click", (event) => {
    const button = event.target.closest("[data-begins], [data-ends]");
    if (!button) return;
    if (button.dataset.begins) begins.value = moment(Number(button.dataset.begins));
    else ends.value = moment(Number(button.dataset.ends));
    if (seconds(ends.value) <= seconds(begins.value)) {
      const line = button.closest("li");
      begins.value = moment(Number(line.dataset.start));
      ends.value = moment(Number(line.dataset.end));
    }
    show();
  });
  for (const one of [begins, ends]) one.addEventListener("input", show);
  show();
  const first = turns.querySelector(".chosen");
  if (first) turns.scrollTop = first.offsetTop - turns.offsetTop - 40;
  listen?.addEventListener("click", () => tried(listen.dataset.sound, seconds(begins.value), seconds(ends.value)));
}

let trying = null;

/** The stretch as it is in the recording; once more stops it. */
function tried(source, from, to) {
  if (trying) {
    trying.pause();
    trying = null;
    return;
  }
  const audio = (trying = new Audio(source));
  audio.addEventListener("loadedmetadata", () => (audio.currentTime = from), { once: true });
  audio.addEventListener("timeupdate", () => audio.currentTime >= to && tried());
  audio.addEventListener("ended", () => trying === audio && (trying = null));
  audio.play();
}
