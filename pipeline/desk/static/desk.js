// What every page of the desk shares: sending with the token, telling what went wrong.

const token = () => document.querySelector("meta[name=csrf]").content;

/** Send something to the desk; its JSON answer. Throws a Problem where it is refused. */
export async function send(path, data, options = {}) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token(), ...options.headers };
  if (data !== undefined) headers["Content-Type"] = "application/json";
  const body = data === undefined ? undefined : JSON.stringify(data);
  const answer = await fetch(path, { method: "POST", ...options, headers, body });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, told);
  return told;
}

/** A refusal of the desk: its status, and the JSON that came with it. */
export class Problem extends Error {
  constructor(status, told) {
    super([told.detail ?? told.title ?? String(status), told.todo].filter(Boolean).join(" "));
    this.status = status;
    this.told = told;
  }
}

let silence;

/** Say something at the foot of the page, for a while; screen readers hear it. */
export function say(text, kind = "") {
  const place = document.getElementById("said");
  place.className = kind;
  place.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { place.textContent = ""; }, 8000);
}

/** Say what went wrong; who is not logged in any more is shown where to. */
export function complain(problem) {
  if (problem.status === 401) location.assign(`/login?wanted=${encodeURIComponent(location.pathname)}`);
  else say(problem.message, "fail");
}

document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  let told = {};
  try { told = JSON.parse(responseText); } catch { /* a page, not a problem */ }
  complain(new Problem(status, told));
});

document.addEventListener("htmx:sendError", () => say(document.body.dataset.away ?? "", "fail"));

// Lists change their address without loading the page: who switches the language stays where they are.
document.addEventListener("submit", (event) => {
  const here = event.target.querySelector("input[data-here]");
  if (here) here.value = location.pathname + location.search;
});

// A menu closes when somebody goes on elsewhere, or says so.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.me[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
