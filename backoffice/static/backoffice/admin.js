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
new MutationObserver(nameTips).observe(document.documentElement, { childList: true, subtree: true });
new MutationObserver(nameBoxes).observe(document.documentElement, { childList: true, subtree: true });
