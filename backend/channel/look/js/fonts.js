// A Chinese name on an English or Arabic page needs its font; that sheet is 30 kB, so only such pages ask for it.
export function fontsForNames(root = document.body) {
  const meta = document.querySelector('meta[name="errand-fonts-zh"]');
  if (!meta) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!/\p{Script=Han}/u.test(node.data) || node.parentElement.closest(".tongue, script, template")) continue;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = meta.content;
    document.head.append(link);
    meta.remove();
    return;
  }
}
