// Gives each value and each block of code a button that copies it. Without this script they can be selected.
"use strict";

const RESTED = 2000; // Milliseconds.

function addButton(source, frame) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  const name = source.dataset.name ? ` ${source.dataset.name}` : "";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy${name}`);
  const said = document.createElement("span");
  said.className = "unseen";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = said.textContent = "Copied";
    } catch {
      button.textContent = said.textContent = "Not copied";
    }
    setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, RESTED);
  });
  frame.append(button, said);
}

function wrap(block) {
  const frame = document.createElement("div");
  frame.className = "code";
  block.replaceWith(frame);
  frame.append(block);
  addButton(block, frame);
}

if (navigator.clipboard) {
  document.querySelectorAll(".value code").forEach((code) => addButton(code, code.parentElement));
  document.querySelectorAll(".page pre").forEach(wrap);
}
