// select2 makes boxes of choices that have no name for a screen reader: each gets that of its label, at
// the moment when it comes about, which may be after the page has loaded or with a row added to a form.
function nameBoxes() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.nextElementSibling;
    if (!label || !box) continue;
    for (const part of box.querySelectorAll("[role=combobox]:not([aria-label]), [role=textbox]:not([aria-label])")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", label.textContent.trim());
    }
  }
}
// What Django draws beside a box of many choices is a picture with words.
function nameTips() {
  for (const tip of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) tip.setAttribute("role", "img");
}
// A table that scrolls sideways is called as what stands above it: a page may have several.
function nameTables() {
  for (const box of document.querySelectorAll("fieldset[aria-labelledby] [aria-label='scrollable content']")) {
    const title = document.getElementById(box.closest("fieldset").getAttribute("aria-labelledby"));
    if (title) box.setAttribute("aria-label", title.textContent.trim());
  }
}
// Unfold's menu beside a choice box opens by the keyboard, too.
function openByKeys() {
  for (const menu of document.querySelectorAll("div[x-ref^=relatedWidgetWrapper]:not([role])")) {
    for (const [name, value] of [["role", "button"], ["tabindex", "0"], ["aria-label", "More"]]) menu.setAttribute(name, value);
    menu.addEventListener("keydown", event => event.key === "Enter" && menu.click());
  }
}
function mend() {
  nameBoxes();
  nameTips();
  nameTables();
  openByKeys();
}
new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
