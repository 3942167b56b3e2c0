// The call page: keys and clicks become commands; every part begins anew with each card.
import { element, said, toast } from "./call-page.js";
import * as keys from "./call-keys.js";
import * as marking from "./call-marking.js";
import * as moving from "./call-next.js";
import * as saving from "./call-saving.js";
import * as sound from "./call-sound.js";
import * as state from "./call-state.js";
import * as view from "./call-view.js";
import * as words from "./call-words.js";
import { search } from "./call-search.js";
import { clicked } from "./call-selecting.js";

const LOOK = 10_000, RESTING = 300_000;
let submitted = null, touched = performance.now();
let going = false; // to another card: keys are meant for that one

const commands = {
  play: sound.toggle,
  back: () => sound.seekBy(-1),
  forward: () => sound.seekBy(1),
  previous: () => marking.step(-1),
  following: () => marking.step(1),
  uphold: () => marking.decide("upheld"),
  reject: () => (marking.isAsking() ? marking.reason("") : marking.decide("rejected")),
  doubt: () => marking.decide("doubted"),
  missed: words.miss,
  undo,
  slower: () => sound.faster(-1),
  faster: () => sound.faster(1),
  next: () => alone(next),
  submit: () => alone(submit),
  comment: words.note,
  excellent: marking.excel,
  case: () => (state.shown.data.may.teach ? words.study() : toast(said("no-case"))),
  edit: () => words.edit(stand),
  swap: async () => {
    const told = await marking.swap();
    if (told) await stand(told.card);
  },
  release: () => alone(() => whole("release")),
  acknowledge: () => alone(() => whole("acknowledge")),
  search,
  keys: keys.overlay,
};

function begin(ready = null) {
  state.begin();
  saving.takeUp();
  sound.begin(ready);
  marking.begin();
  keys.label();
  look();
  const later = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 200));
  later(() => moving.prepare());
  performance.mark("call-ready");
  element("call").dataset.ready = "yes";
}

/** One way to another card at a time. */
async function alone(act) {
  if (going) return;
  going = true;
  await act().finally(() => (going = false));
}

async function undo() {
  const { card } = state.shown.data, { standing } = state.shown.state;
  await marking.undo(submitted, back);
  if (card === state.shown.data.card && standing !== state.shown.state.standing) await stand(card);
}

async function submit() {
  if (!marking.canMark()) return;
  const card = state.shown.data.card, told = await marking.whole("confirm");
  if (!told) return;
  submitted = { card, version: told.version };
  await moving.next();
}

async function next() {
  if (!state.shown.data.may.queue) return toast(said("no-queue"));
  if (await saving.settled()) await moving.next();
  else toast(said("not-saved"));
}

/** A step of the card by which it stands elsewhere: it is shown anew. */
async function whole(path) {
  if (await marking.whole(path)) await stand(state.shown.data.card);
}

/** The same call, under the card that stands now. */
async function stand(card) {
  const at = sound.now();
  await moving.go(card, card !== state.shown.data.card);
  sound.pause();
  sound.seekTo(at);
}

/** Back to the card that was just submitted. */
async function back(card) {
  submitted = null;
  await moving.go(card);
}

/** Say that one is here, and see who else is, as long as somebody is really looking. */
async function look() {
  if (document.hidden || performance.now() - touched > RESTING) return;
  if (moving.atHand()) saving.post("looking", {}, moving.atHand());
  const card = state.shown.data.card, { status, told } = await saving.post("looking", {}, card);
  if (status !== 200 || card !== state.shown.data.card) return;
  element("lookers").hidden = !told.others.length;
  element("lookers").textContent = said("lookers", { names: new Intl.ListFormat(document.documentElement.lang).format(told.others) });
}

function click(event) {
  const target = event.target;
  if (event.detail && !target.closest("dialog")) target.closest("button, summary")?.blur(); // after the mouse, the space bar belongs to the player again
  const does = target.closest("[data-does]"), answer = target.closest("[data-answer]"), choice = target.closest("[data-reason]");
  const stop = marking.claimOf(target), seek = target.closest("[data-seek]");
  if (choice) return marking.reason(choice.dataset.reason);
  if (does?.disabled) return;
  if (does && stop && stop !== state.shown.focus) state.focusOn(stop);
  if (does) return commands[does.dataset.does]();
  if (answer) {
    state.focusOn(state.itemStop(answer.closest("[data-item]").dataset.item));
    return marking.answer(answer.dataset.answer);
  }
  if (stop) return marking.go(stop);
  if (seek) return sound.hear(Number(seek.dataset.seek));
  if (clicked(event)) return;
  const item = target.closest(".item .row")?.closest("[data-item]");
  if (item) state.focusOn(state.itemStop(item.dataset.item));
}

/** Digits and Escape, which are no command's; and the first key, which plays. */
function first(key) {
  if (going) return true;
  sound.playIfHeldBack();
  if (/^\d$/.test(key)) {
    marking.digit(Number(key));
    return true;
  }
  if (key !== "escape" || !marking.isAsking()) return false;
  marking.reason("");
  return true;
}

view.begin();
begin();
moving.start(begin);
keys.begin(commands, first);
setInterval(look, LOOK);
document.addEventListener("click", click);
document.addEventListener("dblclick", (event) => event.target.closest(".turn p") && String(getSelection()) && commands.edit());
document.addEventListener("pointerdown", sound.touch);
for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => (touched = performance.now()));
element("reasons-words").addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter") marking.reason(event.target.value.trim());
  else if (event.key === "Escape") marking.reason("");
  else return;
  event.preventDefault();
  event.target.blur();
});
