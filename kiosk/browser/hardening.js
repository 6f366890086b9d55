// Runs in a world of its own before the page's scripts, so the page can neither see nor undo it: what Chromium
// does by itself on a gesture, without asking the window around it.
for (const gesture of ["dragstart", "drop", "dragover", "contextmenu", "gesturestart"]) {
  window.addEventListener(gesture, (event) => event.preventDefault(), { capture: true, passive: false });
}
window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { capture: true, passive: false });
