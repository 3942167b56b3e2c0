// The card that is shown: what the server told of it, what is not saved yet, and where one stands.
import { element } from "./call-page.js";

export const shown = { data: null, state: null, waiting: [], focus: null, stops: [] };
export const changes = new EventTarget();
const tell = (name) => changes.dispatchEvent(new Event(name));

/** Another card came into the page. */
export function begin() {
  shown.data = JSON.parse(element("call-data").textContent);
  shown.state = shown.data.state;
  shown.waiting = [];
  shown.focus = null;
  const claims = [...shown.data.claims].sort((one, other) => (one.start ?? Infinity) - (other.start ?? Infinity) || one.number - other.number);
  const people = shown.data.items.filter((item) => item.people).map((item) => ({ item: item.id, people: true }));
  shown.stops = [...claims, ...people];
  tell("card");
  tell("state");
}

/** What the server says the card has come to. */
export function adopt(state) {
  shown.state = state;
  tell("state");
}

export const changed = () => tell("state");

/** The marks that count, with those that are still on their way: `item hit` -> mark. */
export function answers() {
  const found = new Map(shown.state.answers.map((mark) => [`${mark.item} ${mark.hit}`, mark]));
  for (const act of shown.waiting)
    for (const mark of act.body.marks ?? []) {
      const own = { by: shown.data.me, unsent: true, ...mark, hit: mark.hit ?? null };
      if (mark.kind === "item")
        for (const key of [...found.keys()]) if (key.startsWith(`${mark.item} `)) found.delete(key);
      if (mark.kind === "hit" && found.get(`${mark.item} null`)?.kind === "item") found.delete(`${mark.item} null`);
      if (mark.kind === "item" || mark.kind === "hit") found.set(`${mark.item} ${own.hit}`, own);
    }
  return found;
}

/** Whether nobody has said anything of a stop. */
export function isOpen(stop, said = answers()) {
  if (said.get(`${stop.item} null`)?.kind === "item") return false;
  return stop.people ? true : !said.has(`${stop.item} ${stop.hit}`);
}

export function focusOn(stop) {
  shown.focus = stop;
  tell("focus");
}

/** The stop of a claim's number, or of an item's id; an item that is neither is one by itself. */
export const claim = (number) => shown.stops.find((stop) => stop.number === number);
export const itemStop = (id) => shown.stops.find((stop) => stop.item === id) ?? { item: id, alone: true };
export const itemOf = (id) => shown.data.items.find((item) => item.id === id);

const place = () => shown.stops.findIndex((stop) => stop === shown.focus);

/** The stop before or after the one in focus. */
export function beside(direction) {
  const at = place();
  if (at < 0) return shown.stops.at(direction > 0 ? 0 : -1);
  return shown.stops[Math.max(0, Math.min(shown.stops.length - 1, at + direction))];
}

/** The next stop that nobody has decided: claims onwards and round, then what people judge. */
export function undecided() {
  const at = place(), said = answers();
  const round = [...shown.stops.slice(at + 1), ...shown.stops.slice(0, at + 1)].filter((stop) => isOpen(stop, said));
  return round.find((stop) => !stop.people) ?? round[0];
}

/** Where a call opens: at the first claim that can be heard and that the machine doubts, else at the
    first that can be heard. */
export function opening() {
  const said = answers(), open = shown.stops.filter((stop) => isOpen(stop, said));
  const heard = open.filter((stop) => !stop.people && stop.start !== null);
  return heard.find((stop) => !stop.sure) ?? heard[0] ?? open[0] ?? shown.stops[0];
}
