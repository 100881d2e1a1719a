import { OPTIONS } from './options.js';

const TERM = 'xterm-256color';

/** The names of a run's environment whose values only the server knows. */
export const secretNames = (run) => (run.env ?? []).filter((name) => !(run.tty && name === 'TERM'));

/** What the form holds (`values`: field → text or boolean) as the API takes it, or the faults of typing. */
export function toSubmission(script, values, { terminal }) {
  const submission = { script };
  const faults = [];
  for (const option of OPTIONS) {
    if (option.local) continue;
    const read = readOption(option, values, faults, terminal);
    if (read !== undefined) put(submission, option.field, read);
  }
  // Programs ask it what the terminal can do; without it top and vim refuse to start.
  if (submission.tty) submission.env = { TERM, ...submission.env };
  return { submission, faults };
}

function readOption({ field, kind = 'text', separator }, values, faults, terminal) {
  const value = values[field];
  if (field === 'stdin') return value === 'open' ? true : value === 'text' ? values.stdinText ?? '' : undefined;
  if (field === 'tty') return value ? terminal : undefined;
  if (kind === 'check') return value ? true : undefined;
  if (value === undefined || value === '') return undefined;
  switch (kind) {
    case 'number': {
      const number = Number(value);
      if (Number.isNaN(number)) faults.push({ field, problem: `must be a number, got “${value}”` });
      return number;
    }
    case 'lines': return value.split('\n').filter((line) => line !== '');
    case 'pairs': return readPairs(field, value, separator, faults);
    case 'time': return new Date(value).toISOString();
    default: return value;
  }
}

function readPairs(field, text, separator, faults) {
  const pairs = {};
  for (const line of text.split('\n').filter((one) => one.trim())) {
    const at = line.indexOf(separator);
    if (at < 1) faults.push({ field, problem: `must be key${separator}value on each line, got “${line}”` });
    else pairs[line.slice(0, at).trim()] = separator === ':' ? line.slice(at + 1).trim() : line.slice(at + 1);
  }
  return pairs;
}

/** What a run was submitted with, as the form shows it. Environment values are not told by the API. */
export function fromRun(run) {
  const values = {};
  for (const { field, kind, separator, usual } of OPTIONS) {
    const value = get(run, field);
    if (value === undefined || value === null || value === usual || field === 'env') continue;
    if (field === 'stdin') {
      values.stdin = value === true ? 'open' : typeof value === 'string' ? 'text' : '';
      if (typeof value === 'string') values.stdinText = value;
    } else if (kind === 'check') values[field] = Boolean(value);
    else if (kind === 'lines') values[field] = value.join('\n');
    else if (kind === 'pairs') values[field] = Object.entries(value).map(([key, one]) => key + separator + one).join('\n');
    else if (kind !== 'time') values[field] = String(value);
  }
  return values;
}

/**
 * The body of a rerun that ends up as `submission`: what the first run had and this one has not is cleared
 * by name. `stuck` are fields that a rerun cannot clear.
 */
export function toRerun(submission, run) {
  const body = structuredClone(submission);
  delete body.env;
  const stuck = [];
  for (const option of OPTIONS.filter((one) => !one.local && one.field !== 'env' && !one.field.includes('.'))) {
    const had = get(run, option.field);
    const empty = had === undefined || had === null || had === false || had === option.usual || (typeof had === 'object' && Object.keys(had).length === 0);
    if (empty || body[option.field] !== undefined) continue;
    if (option.cleared !== undefined) body[option.field] = option.cleared;
    else if (option.field !== 'runAt') stuck.push(option.label);
  }
  for (const whole of ['limits', 'retry']) {
    if (run[whole] && Object.keys(run[whole]).length && body[whole] === undefined) {
      if (whole === 'limits') body.limits = {};
      else stuck.push('Attempts');
    }
  }
  return { body, stuck };
}

function put(object, field, value) {
  const [first, second] = field.split('.');
  if (second === undefined) object[first] = value;
  else (object[first] ??= {})[second] = value;
}

function get(object, field) {
  return field.split('.').reduce((at, name) => at?.[name], object);
}
