// Where a heat map is wider than the screen, begins at today.
for (const map of document.querySelectorAll(".scroll")) map.scrollLeft = map.scrollWidth;
