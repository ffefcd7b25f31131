// Where a heat map is wider than the screen, begins at today, which in Arabic is at the left end.
const towards = document.documentElement.dir === "rtl" ? -1 : 1;
for (const map of document.querySelectorAll(".scroll")) map.scrollLeft = towards * map.scrollWidth;
