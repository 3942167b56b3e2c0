// An agent's cards by a key: A acknowledges the one that is open.
document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
  if (held || event.isComposing || event.keyCode === 229 || event.target.closest?.("input, select, textarea")) return;
  if (event.key.toLowerCase() === "a") document.getElementById("acknowledge")?.click();
});
