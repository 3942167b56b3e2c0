// The queue by keys: J/K from row to row, Enter opens, N the next one. Without scripts, everything
// here is a link or a button.

const ALIKE = { "？": "?", "／": "/", "、": "/", "【": "[", "】": "]", "「": "[", "」": "]" };
const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);

const links = () => all("#list a.open");
const current = () => links().indexOf(one("#list tr.here a.open"));

function stand(at, quiet = false) {
  const rows = links();
  if (!rows.length) return;
  const to = Math.min(Math.max(at, 0), rows.length - 1);
  for (const row of all("#list tr.here")) row.classList.remove("here");
  rows[to].closest("tr").classList.add("here");
  if (quiet) return;
  rows[to].focus({ preventScroll: true });
  rows[to].closest("tr").scrollIntoView({ block: "nearest" });
}

function choose() {
  const box = one("#list tr.here input[name=chosen]");
  if (box) {
    box.checked = !box.checked;
    count();
  }
}

/** How many are chosen; what is done with them waits until there are some. */
function count() {
  const chosen = all("#list input[name=chosen]:checked").length;
  const place = document.getElementById("chosen-count");
  if (!place) return;
  place.textContent = chosen ? place.dataset.words.replace("#", chosen) : "";
  for (const button of all("#list [formaction]")) button.disabled = !chosen;
}

const does = {
  j: () => stand(current() + 1),
  k: () => stand(current() - 1),
  x: choose,
  n: () => document.getElementById("next")?.click(),
  "/": () => one("#filters [name=agent]")?.focus(),
  "[": () => one("#list a[rel=prev]")?.click(),
  "]": () => one("#list a[rel=next]")?.click(),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  const typing = event.isComposing || event.keyCode === 229 || event.target.closest?.("input:not([type=checkbox]), select, textarea");
  if (held || typing || one("dialog[open]")) return;
  const key = ALIKE[event.key] ?? event.key.toLowerCase();
  if (key === "enter" && !event.target.closest?.("a, button, summary")) {
    (one("#list tr.here a.open") ?? document.getElementById("next"))?.click();
  } else if (does[key]) {
    does[key]();
  } else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.id === "choose-all") {
    for (const box of all("#list input[name=chosen]")) box.checked = event.target.checked;
  }
  if (event.target.closest("#bulk")) count();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#show-keys")) document.getElementById("keys").showModal();
});

document.addEventListener("htmx:afterSwap", count);
count();
