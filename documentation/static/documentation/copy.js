// Gives each block of code a button that copies it. Without this script the pages are the same, but for it.
"use strict";

const RESTED = 2000; // Milliseconds.

function addButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent.trimEnd());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
    }
    setTimeout(() => { button.textContent = "Copy"; }, RESTED);
  });
  const frame = document.createElement("div");
  frame.className = "code";
  block.replaceWith(frame);
  frame.append(block, button);
}

if (navigator.clipboard) {
  document.querySelectorAll(".prose pre").forEach(addButton);
}
