// Every mark is sent by itself at once, one after the other, with the version of the card that it
// was made on. What cannot be sent waits here, and in the tab's own store, until it can.
import { adopt, changed, shown } from "./call-state.js";
import { said, toast } from "./call-page.js";
import { overtaken } from "./call-overtaken.js";

const AGAIN = 2000;
const STORE = () => `zhiyin.unsent.${shown.data.me}.${shown.data.card}`;
let busy = false, timer = 0;
export const line = { state: "saved" }; // saved, saving, offline, left (the session is over)

const token = () => document.querySelector("meta[name=csrf]");

/** Somebody logged in anew: pages have another token now. */
async function renew() {
  const text = await fetch(location.href, { headers: { Accept: "text/html" } }).then((answer) => answer.text()).catch(() => "");
  const found = text.match(/<meta name="csrf" content="(\w+)">/);
  if (found) token().content = found[1];
}

/** Ask the server for something that changes the card: {status, told}; status 0: no connection. */
export async function post(path, body, card = shown.data.card) {
  try {
    const answer = await fetch(`/cards/${card}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token().content },
      body: JSON.stringify(body),
      redirect: "manual",
      keepalive: true, // a mark made while the page is left arrives all the same
    });
    if (answer.type === "opaqueredirect") return { status: 401, told: {} };
    return { status: answer.status, told: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, told: {} };
  }
}

/** Send an act when its turn comes. held: only once somebody lets it go (a reason may still come). */
export function keep(path, body, held = false) {
  shown.waiting.push({ path, body, held });
  store();
  changed();
  send();
}

/** The act that is held, if any: changed by `change`, and let go. */
export function letGo(change = () => {}) {
  const act = shown.waiting.find((one) => one.held);
  if (!act) return;
  change(act.body);
  act.held = false;
  store();
  changed();
  send();
}

/** Take back what was never sent: the last act, unless it is on its way. */
export function dropLast() {
  const last = shown.waiting.at(-1);
  if (!last || (busy && shown.waiting.length === 1 && !last.held)) return false;
  shown.waiting.pop();
  store();
  changed();
  return true;
}

/** Everything is saved: true as soon as it is, false where there is no connection. */
export async function settled() {
  letGo();
  while (shown.waiting.length) {
    if (line.state === "offline" || line.state === "left") return false;
    await new Promise((done) => setTimeout(done, 15));
  }
  return true;
}

/** What waited in this tab's store when the page was left. */
export function takeUp() {
  clearTimeout(timer);
  line.state = "saved";
  try {
    shown.waiting = JSON.parse(sessionStorage.getItem(STORE()) ?? "[]").map((act) => ({ ...act, held: false }));
  } catch {
    shown.waiting = [];
  }
  changed();
  send();
}

async function send() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  const card = shown.data.card;
  while (card === shown.data.card && shown.waiting.length && !shown.waiting[0].held) {
    const act = shown.waiting[0];
    if (line.state === "saved") stand("saving");
    const { status, told } = await post(act.path, { version: shown.state.version, ...act.body }, card);
    if (card !== shown.data.card) break;
    if (!(await answered(act, status, told))) break;
  }
  busy = false;
  if (card !== shown.data.card) return send();
  if (!shown.waiting.length) stand("saved");
}

/** Whether the next act may go. */
async function answered(act, status, told) {
  if (status === 200) {
    done(1, told);
  } else if (status === 409 && told.since) {
    await meanwhile(told);
  } else if (status === 0 || status >= 500 || isOut(status, told)) {
    stand(isOut(status, told) ? "left" : "offline");
    if (status === 403) await renew();
    timer = setTimeout(send, AGAIN);
    return false;
  } else {
    shown.waiting = shown.waiting.filter((one) => one !== act);
    store();
    changed();
    toast(told.detail ?? said("refused"), 8);
  }
  return true;
}

/** Whether the session is over, or is another one by now. */
const isOut = (status, told) => status === 401 || (status === 403 && told.key === "desk.no-token");

/** The card is of another version. What is there of our own was saved before an answer was lost;
    of what others did, the person is told. */
async function meanwhile(told) {
  const ours = told.since.filter((mark, i) => mark.by === shown.data.me && isAct(shown.waiting[i], mark));
  if (ours.length === told.since.length) return done(ours.length, told.state);
  const keeps = await overtaken(told.since, shown.waiting);
  if (!keeps) shown.waiting = [];
  done(0, told.state);
}

function isAct(act, mark) {
  if (act?.path === "undo") return mark.kind === "undo";
  const own = act?.body.marks?.length === 1 ? act.body.marks[0] : null;
  return Boolean(own) && ["kind", "item", "says", "reason", "text"].every((key) => (own[key] ?? "") === mark[key])
    && (own.hit ?? null) === mark.hit;
}

function done(count, state) {
  shown.waiting.splice(0, count);
  store();
  stand(shown.waiting.length ? "saving" : "saved");
  adopt(state);
}

function stand(state) {
  line.state = state;
  changed();
}

function store() {
  try {
    if (shown.waiting.length) sessionStorage.setItem(STORE(), JSON.stringify(shown.waiting));
    else sessionStorage.removeItem(STORE());
  } catch {
    // The marks are in the page all the same.
  }
}

addEventListener("online", () => shown.data && send());
addEventListener("pagehide", () => shown.data && letGo());
addEventListener("beforeunload", (event) => {
  if (shown.waiting.length) event.preventDefault();
});
