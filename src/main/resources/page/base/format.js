const SIZES = ['B', 'KB', 'MB', 'GB', 'TB'];

/** 1536 → "1.5 KB"; powers of 1024, as everywhere in Millrace. */
export function bytes(count) {
  if (count === null || count === undefined) return '–';
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < SIZES.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${SIZES[unit]}`;
}

/** 83.4 → "1 min 23 s"; short ones keep what matters: "226 ms", "4.2 s". */
export function seconds(total) {
  if (total === null || total === undefined || Number.isNaN(total)) return '–';
  if (total < 0) total = 0;
  if (total < 1) return `${Math.round(total * 1000)} ms`;
  if (total < 10) return `${total.toFixed(1)} s`;
  const whole = Math.round(total);
  if (whole < 60) return `${whole} s`;
  const [days, hours, minutes, rest] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
}

const two = (number) => String(number).padStart(2, '0');

/** Local time, sortable: "2026-11-21 11:30:05". */
export function clock(time) {
  const at = new Date(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Time of day with milliseconds, as it stands beside output: "11:30:05.120". */
export function clockMillis(time) {
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** "12 s ago", "3 min ago", "Tue 14:05", then the date. */
export function ago(time, now = Date.now()) {
  const past = (now - new Date(time)) / 1000;
  if (past < -1) return clock(time);
  if (past < 5) return 'just now';
  if (past < 60) return `${Math.floor(past)} s ago`;
  if (past < 3600) return `${Math.floor(past / 60)} min ago`;
  if (past < 24 * 3600) return `${Math.floor(past / 3600)} h ago`;
  const at = new Date(time);
  if (past < 6 * 24 * 3600) return `${at.toLocaleDateString('en', { weekday: 'short' })} ${two(at.getHours())}:${two(at.getMinutes())}`;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
