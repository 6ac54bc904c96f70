// The same words as shell/wording.py, for what changes in place.
const MINUTE = 60, HOUR = 3600, DAY = 86400;

export function durationWords(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  if (whole < MINUTE) return `${whole} s`;
  const hours = Math.floor(whole / HOUR), minutes = Math.floor((whole % HOUR) / MINUTE);
  if (!hours) return `${minutes} m`;
  if (minutes && hours < 100) return `${hours} h ${minutes} m`;
  return `${String(hours).replace(/\B(?=(\d{3})+$)/g, "\u202f")} h`;
}

export function leftWords(seconds) {
  return `${durationWords(seconds)} ${seconds >= 0 ? "left" : "over"}`;
}

export function relativeWords(instant, now) {
  const seconds = Math.trunc((instant - now) / 1000), size = Math.abs(seconds);
  if (size < MINUTE) return "just now";
  let words;
  if (size < 12 * HOUR) words = durationWords(size - (size % MINUTE));
  else if (size < 2 * DAY) words = `${Math.floor(size / HOUR)} h`;
  else if (size < 60 * DAY) words = `${Math.floor(size / DAY)} d`;
  else words = `${Math.floor(size / (30 * DAY))} months`;
  return seconds > 0 ? `in ${words}` : `${words} ago`;
}

export function sizeWords(bytes) {
  let size = bytes;
  for (const unit of ["bytes", "kB", "MB"]) {
    if (size < 1000) return unit === "bytes" || size >= 100 ? `${Math.round(size)} ${unit}` : `${Number(size.toFixed(1))} ${unit}`;
    size /= 1000;
  }
  return `${Number(size.toFixed(1))} GB`;
}
