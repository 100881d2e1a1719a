import { link } from '../base/router.js';

const SINGLE = ['name', 'unit', 'node', 'since', 'until', 'text'];

/** The filters in an address: `{status: [], label: [], name, unit, node, since, until, text}`. */
export function readFilters(query) {
  const filters = { status: query.getAll('status'), label: query.getAll('label') };
  for (const name of SINGLE) filters[name] = query.get(name) ?? '';
  return filters;
}

export const anyFilter = (filters) => Object.values(filters).some((value) => value.length > 0);

/** The list's address with these filters; a change of filters begins at the newest run again. */
export const listLink = (filters, cursor = '') => link('/', { ...filters, cursor });

/** The same filters with one value of a repeatable one put in, or taken out if it was in. */
export function toggled(filters, name, value) {
  const values = filters[name];
  return { ...filters, [name]: values.includes(value) ? values.filter((one) => one !== value) : [...values, value] };
}

/**
 * Whether a run belongs in the list; null if only the server can tell, because the text of its
 * output decides.
 */
export function matches(run, filters) {
  if (filters.status.length && !filters.status.includes(run.status)) return false;
  for (const name of ['name', 'unit', 'node']) if (filters[name] && run[name] !== filters[name]) return false;
  for (const label of filters.label) {
    const colon = label.indexOf(':');
    if (run.labels?.[label.slice(0, colon)] !== label.slice(colon + 1)) return false;
  }
  if (filters.since && new Date(run.createdAt) < new Date(filters.since)) return false;
  if (filters.until && new Date(run.createdAt) >= new Date(filters.until)) return false;
  return filters.text ? null : true;
}
