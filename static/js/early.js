// Runs before the first paint, so that what needs JavaScript is there from the start.
document.documentElement.classList.add("js");
