// What people have said, painted beside what the machine says. The page comes with the machine's side.
import { bring, clock, element, made, points, said } from "./call-page.js";
import { answers, changes, itemOf, shown } from "./call-state.js";
import { line } from "./call-saving.js";

const GLYPHS = { pass: "✓", fail: "✗", unsure: "?", not_applicable: "–", crashed: "!" };

export function begin() {
  changes.addEventListener("state", paint);
  changes.addEventListener("focus", focus);
}

function paint() {
  const by = answers(), { state } = shown;
  for (const item of element("call").querySelectorAll("[data-item]")) paintItem(item, by, state.items[item.dataset.item]);
  for (const item of element("call").querySelectorAll(".missed")) item.replaceChildren();
  for (const mark of state.missed) paintMissed(mark);
  paintComments(state.comments);
  paintSum(state);
}

function paintItem(one, by, now) {
  const id = one.dataset.item, item = itemOf(id), whole = by.get(`${id} null`);
  const side = one.querySelector(".side.person");
  const cost = now.lost ? `−${points(now.lost)}` : now.at_stake ? `(−${points(now.at_stake)})` : "";
  const sign = made("i", { className: now.verdict, text: GLYPHS[now.verdict], "aria-hidden": "true" });
  side.replaceChildren(made("span", { className: "visually-hidden", text: `${said("person")} ${said(`verdict-${now.verdict}`)}` }), sign, made("span", { className: "cost", text: cost }));
  const isAnswered = whole?.kind === "item";
  one.classList.toggle("differs", !item.people && now.verdict !== item.machine);
  one.classList.toggle("whole", isAnswered);
  one.classList.toggle("answered", isAnswered || now.decided);
  one.querySelector(".why").textContent = isAnswered ? signed(whole) : "";
  for (const button of one.querySelectorAll("[data-answer]"))
    button.setAttribute("aria-pressed", String(isAnswered && whole.says === button.dataset.answer));
  for (const claim of one.querySelectorAll("[data-claim].claim")) paintClaim(claim, isAnswered, by);
}

function paintClaim(claim, isAnswered, by) {
  const stop = shown.stops.find((one) => one.number === Number(claim.dataset.claim));
  const mark = isAnswered ? null : by.get(`${stop.item} ${stop.hit}`);
  claim.dataset.says = mark?.says ?? "";
  claim.classList.toggle("unsent", Boolean(mark?.unsent));
  for (const button of claim.querySelectorAll("[data-view]"))
    button.setAttribute("aria-pressed", String(mark?.says === button.dataset.view));
  let note = claim.querySelector(".signed");
  if (!note) claim.append((note = made("span", { className: "signed" })));
  note.textContent = mark ? signed(mark) : "";
}

/** Who said it, where it was not oneself, and why. */
function signed(mark) {
  const known = shown.data.reasons.find(([key]) => key === mark.reason);
  const reason = known ? known[1] : mark.reason;
  return [mark.by === shown.data.me ? "" : shown.data.names[mark.by] ?? mark.by, reason].filter(Boolean).join(" · ");
}

function paintMissed(mark) {
  const list = element(`item-${mark.item}`)?.querySelector(".missed");
  if (!list) return;
  const one = made("li"), start = mark.span?.start ?? 0;
  const hear = made("button", { className: "hear", type: "button", "data-seek": String(start) });
  const forAgent = element("call").classList.contains("without-machine");
  const label = forAgent ? [] : [made("b", { text: said("missed") }), " "];
  hear.append(made("span", { className: "when", text: clock(start) }), " ", ...label, made("q", { text: words(mark.span) }));
  one.append(hear, made("span", { className: "signed", text: forAgent ? "" : signed(mark) }));
  list.append(one);
}

function words(span) {
  const turn = span?.turn === null || span?.turn === undefined ? null : element("turns").querySelector(`[data-turn="${span.turn}"] p`);
  return turn ? [...turn.textContent].slice(span.first, span.last).join("") : "";
}

function paintComments(comments) {
  const section = element("comments");
  section.hidden = !comments.length;
  section.querySelector("ol").replaceChildren(...comments.map((mark) => {
    const one = made("li"), start = mark.span?.start;
    if (start !== undefined) {
      const hear = made("button", { className: "hear", type: "button", "data-seek": String(start) });
      hear.append(made("span", { className: "when", text: clock(start) }));
      one.append(hear);
    }
    one.append(made("span", { text: mark.text }), made("span", { className: "signed", text: shown.data.names[mark.by] ?? mark.by }));
    return one;
  }));
}

function paintSum(state) {
  element("total").textContent = points(state.total);
  element("max").textContent = state.max ? `/ ${points(state.max)}` : "";
  const stake = state.max ? Math.min(state.at_stake, state.total) : 0;
  element("stake").textContent = stake > 0 ? said("up-to", { points: points(stake) }) : "";
  for (const cell of element("call").querySelectorAll("[data-section]")) paintSection(cell, state);
  const left = [
    state.fatal.length && said("fatal"),
    state.open.length && said("open-left", { count: state.open.length }),
    state.unanswered.length && said("unanswered-left", { count: state.unanswered.length }),
  ].filter(Boolean);
  element("excellent").hidden = !state.excellent;
  element("excellent").textContent = state.bonus ? said("excellent-bonus", { points: points(state.bonus) }) : said("excellent");
  element("call").querySelector("[data-does=excellent]")?.setAttribute("aria-pressed", String(state.excellent));
  element("under").textContent = left.join(" · ");
  element("standing").textContent = said(`standing-${state.standing}`);
  const saved = element("saved");
  saved.className = `line ${line.state}`;
  saved.textContent = shown.data.may.mark ? said(`line-${line.state}`, { count: shown.waiting.length }) : "";
  element("call").classList.toggle("fatal", state.fatal.length > 0);
}

function paintSection(cell, state) {
  const section = state.sections[cell.dataset.section];
  cell.textContent = section ? points(section.total) : "";
}

function focus() {
  const stop = shown.focus, call = element("call");
  for (const one of call.querySelectorAll(".active")) one.classList.remove("active");
  if (!stop) return;
  const item = element(`item-${stop.item}`);
  item?.classList.add("active");
  const folded = item?.closest("details");
  if (folded) folded.open = true;
  let words = null;
  for (const one of stop.number === undefined ? [] : call.querySelectorAll(`[data-claim="${stop.number}"]`)) {
    one.classList.add("active");
    if (!words && one.closest(".turns")) words = one;
  }
  bring(item?.querySelector(".claim.active") ?? item);
  if (words) bring(words.closest("li"));
}
