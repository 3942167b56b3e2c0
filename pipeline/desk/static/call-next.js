// From one card to another without a white screen: the next one is here before it is asked for.
import { element, said, toast } from "./call-page.js";
import { shown } from "./call-state.js";
import { post } from "./call-saving.js";
import { LEAD, loading } from "./call-sound.js";

const FRESH = 120_000;
let ahead = null, begin = null;

/** begins: what every part does when another card has come. */
export function start(begins) {
  begin = begins;
  history.replaceState({ card: shown.data.card }, "");
  addEventListener("popstate", (event) => event.state?.card && go(event.state.card, false));
}

/** The filters of the list that led here: the next card is one of the same list. */
function filters() {
  const query = new URLSearchParams(location.search);
  query.delete("at");
  return query.size ? `?${query}` : "";
}

/** Which card comes after this one; null where none is left, or there is no queue to ask. */
async function following() {
  if (!shown.data.may.queue) return null;
  const asked = filters(), after = `after=${shown.data.card}`;
  const answer = await fetch(`/next${asked ? `${asked}&` : "?"}${after}`, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).card : null;
}

/** ahead: nobody sees it yet, and the record says so; go() tells when it is shown. */
async function body(card, ahead = "") {
  const answer = await fetch(`/cards/${card}?part=body${ahead}`, { redirect: "manual" });
  return answer.ok ? answer.text() : null;
}

/** Have the next card at hand: its page, and the first of its sound. */
export async function prepare() {
  ahead = null;
  if (!shown.data.may.mark) return;
  const own = shown.data.card;
  try {
    const card = await following(), text = card ? await body(card, "&ahead=1") : null;
    if (own !== shown.data.card || !text) return;
    ahead = { card, holder: parsed(text), at: performance.now() };
    post("looking", {}, card); // nobody else is given it meanwhile
    await sounding(ahead);
  } catch {
    ahead = null; // it will be fetched when it is asked for
  }
}

/** Its sound is made ready too, beginning where the card will open. */
async function sounding(one) {
  const player = one.holder.querySelector("#player");
  while (player?.dataset.sound === "making" && one === ahead) {
    const answer = await fetch(`/cards/${one.card}/wave`);
    if (answer.status === 202) continue; // the server waits a second before it says so
    if (!answer.ok || one !== ahead) return;
    player.querySelector("#wave").innerHTML = await answer.text();
    player.dataset.sound = "ready";
  }
  if (player?.dataset.sound !== "ready" || one !== ahead) return;
  const { claims } = JSON.parse(one.holder.querySelector("#call-data").textContent);
  const heard = claims.filter((claim) => claim.start !== null);
  const first = heard.sort((claim, other) => claim.sure - other.sure || claim.start - other.start)[0];
  one.audio = loading(one.card, first ? Math.max(0, first.start - LEAD) : 0, "?ahead=1");
}

function parsed(text) {
  const holder = document.createElement("div");
  holder.innerHTML = text;
  return holder;
}

/** The card that is at hand; 0 where none is. */
export const atHand = () => ahead?.card ?? 0;

/** Show a card in the place of this one. */
export async function go(card, push = true) {
  const had = ahead?.card === card ? ahead : null;
  const known = had && performance.now() - had.at < FRESH ? had : null; // marks may have been added since
  ahead = null;
  const text = known ? null : await body(card).catch(() => null);
  if (!known && !text) return push ? location.assign(`/cards/${card}${filters()}`) : location.reload();
  element("holder").replaceChildren(...(known?.holder ?? parsed(text)).childNodes);
  if (push) history.pushState({ card }, "", `/cards/${card}${filters()}`);
  if (known) post("shown", {}, card);
  document.title = document.querySelector("#call h1").textContent;
  begin(had?.audio ?? null);
}

/** On to the next card, or home where none is left. */
export async function next() {
  let card = ahead?.card ?? null;
  if (!card) {
    try {
      card = await following();
    } catch {
      return toast(said("no-connection"));
    }
  }
  if (card && card !== shown.data.card) return go(card);
  location.assign("/");
}
