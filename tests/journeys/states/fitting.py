"""Whether what a page says fits where it is shown: what only a browser can tell, and only of texts.

Judged at the width that the page has then: that no text is cut off, none stands on another, and
none sticks out of its own box. What scrolls is no fault: its text is judged where it shows.
"""

from playwright.sync_api import Page


def misfits(page: Page) -> list[str]:
    """What does not fit."""
    found: list[str] = page.evaluate(_FITS)
    return found


_FITS = """() => {
  const CUT = ["hidden", "clip"], said = []
  // What holds no text of its own: a picture's second copy of a text is the light around it.
  const SILENT = 'script, style, noscript, select, textarea, text[aria-hidden="true"]'
  const tell = text => text.replace(/\\s+/g, " ").trim().slice(0, 60)
  const within = (a, b) => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) })
  const shows = box => box.right - box.left > 2 && box.bottom - box.top > 2
  const windows = new Map([[null, { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 }]])
  // Through what of the page an element is seen.
  function seenThrough(element) {
    if (!windows.has(element)) {
      const around = seenThrough(element.parentElement)
      const cuts = element !== document.body && getComputedStyle(element).overflow !== "visible"
      windows.set(element, cuts ? within(around, element.getBoundingClientRect()) : around)
    }
    return windows.get(element)
  }
  // The nearest element around a text that is laid out as a box.
  function boxOf(element) {
    while (["inline", "contents"].includes(getComputedStyle(element).display))
      element = element.parentElement
    return element
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const shown = [], range = document.createRange()
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement
    if (!node.data.trim() || parent.closest(SILENT)) continue
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    range.selectNodeContents(node)
    const box = parent.closest("svg") ? null : boxOf(parent).getBoundingClientRect()
    for (const line of range.getClientRects()) {
      const seen = within(line, seenThrough(parent))
      if (!shows(seen)) continue
      if (box && line.right > box.right + 2 && seen.right > box.right + 2)
        said.push(`sticks out of its box: ${tell(node.data)}`)
      // A line's box has room for accents and descenders: letters stand in its middle.
      const height = line.bottom - line.top
      const letters = { ...line, left: line.left, right: line.right,
        top: line.top + height * 0.27, bottom: line.bottom - height * 0.22 }
      shown.push({ ...within(letters, seen), node })
    }
  }
  shown.sort((one, other) => one.top - other.top)
  shown.forEach((one, place) => {
    for (let next = place + 1; next < shown.length && shown[next].top < one.bottom - 1; next++)
      if (shows(within(one, shown[next])))
        said.push(`stands on another text: ${tell(one.node.data)} / ${tell(shown[next].node.data)}`)
  })
  for (const element of document.body.querySelectorAll("*")) {
    if (element.clientWidth < 3 || element.matches("input, select, textarea, svg, svg *")) continue
    const style = getComputedStyle(element)
    const wide = CUT.includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1
    const high = CUT.includes(style.overflowY) && element.scrollHeight > element.clientHeight + 1
    if ((wide || high) && element.innerText.trim())
      said.push(`is cut off: ${tell(element.innerText)}`)
  }
  return [...new Set(said)].slice(0, 5)
}"""
