// Somebody else marked the card meanwhile: who changed what, and whose word is to stand.
import { element, made, said } from "./call-page.js";
import { itemOf } from "./call-state.js";

/** Ask with two answers; true for the first. Escape is no answer where one is needed. */
export function ask(title, lines, yes, no, needed = false) {
  const dialog = element("asking");
  element("asking-title").textContent = title;
  element("asking-body").replaceChildren(...lines);
  element("asking-yes").textContent = yes;
  element("asking-no").textContent = no;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    const closed = () => {
      if (needed && !dialog.returnValue) return dialog.showModal(); // Escape
      dialog.removeEventListener("close", closed);
      done(dialog.returnValue === "yes");
    };
    dialog.addEventListener("close", closed);
  });
}

/** Whether one's own marks are put on top of the others'; else they are dropped. */
export function overtaken(since, waiting) {
  const theirs = made("ul", { className: "changes" });
  theirs.append(...since.map(told));
  const own = made("ul", { className: "changes" });
  own.append(...waiting.flatMap((act) => act.body.marks ?? []).map(told));
  const lines = [theirs];
  if (own.childElementCount) lines.push(made("p", { text: said("your-marks") }), own);
  return ask(said("overtaken"), lines, said("keep-mine"), said("take-theirs"), true);
}

function told(mark) {
  const line = made("li");
  if (mark.by) line.append(made("b", { text: mark.by }), ` ${new Date(mark.at).toLocaleTimeString()} `);
  const name = mark.item ? `“${itemOf(mark.item)?.ask ?? mark.item}” ` : "";
  line.append(name, words(mark));
  return line;
}

function words(mark) {
  if (mark.kind === "hit" || mark.kind === "item" || mark.kind === "step") return said(`says-${mark.says}`);
  return mark.kind === "comment" ? `${said("says-comment")} ${mark.text}` : said(`says-${mark.kind}`);
}
