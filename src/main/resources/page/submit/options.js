/**
 * The options of a submission, as the form shows them. `field` is the name in the API, with a dot for what
 * lies in an object; `kind` says how it is typed; `secret` values are never kept, not even in this browser;
 * `cleared` is the value that stands for "not set" where a rerun has to say so; `usual` is what a run tells that was
 * submitted without it.
 */
export const GROUPS = [
  {
    title: 'Name and place',
    options: [
      { field: 'name', label: 'Name', hint: 'shown in the list' },
      { field: 'labels', label: 'Labels', kind: 'pairs', separator: ':', hint: 'key:value, one on a line', cleared: {} },
      { field: 'args', label: 'Arguments', kind: 'lines', hint: 'one on a line', secret: true, cleared: [] },
      { field: 'env', label: 'Environment', kind: 'pairs', separator: '=', hint: 'NAME=value, one on a line; values are never shown again', secret: true, cleared: {} },
      { field: 'workdir', label: 'Working directory', hint: 'default: the home directory' },
      { field: 'user', label: 'User', hint: 'default: the service’s run user' },
      { field: 'interpreter', label: 'Interpreter', hint: 'default: the #! line, else bash' },
    ],
  },
  {
    title: 'Input and output',
    options: [
      { field: 'stdin', label: 'Standard input', kind: 'choice', choices: [['', 'none'], ['open', 'open: type while it runs'], ['text', 'a text']], cleared: false },
      { field: 'stdinText', label: 'Text for standard input', kind: 'area', secret: true, local: true },
      { field: 'tty', label: 'Terminal', kind: 'check', hint: 'colours at once; vim and top work' },
      { field: 'mergeStderr', label: 'Merge stderr into stdout', kind: 'check', hint: 'exact order', cleared: false },
    ],
  },
  {
    title: 'Time',
    options: [
      { field: 'timeoutSeconds', label: 'Timeout', kind: 'number', unit: 's', hint: 'default 300; 0 is none', cleared: 300, usual: 300 },
      { field: 'graceSeconds', label: 'Grace', kind: 'number', unit: 's', hint: 'between SIGTERM and SIGKILL; default 10', cleared: 10, usual: 10 },
      { field: 'runAt', label: 'Not before', kind: 'time', passing: true },
      { field: 'retry.attempts', label: 'Attempts', kind: 'number', hint: 'tried again if it fails' },
      { field: 'retry.delaySeconds', label: 'Delay between attempts', kind: 'number', unit: 's' },
      { field: 'retry.backoff', label: 'Back-off factor', kind: 'number', hint: '1 or more' },
    ],
  },
  {
    title: 'Limits',
    options: [
      { field: 'limits.memory', label: 'Memory', hint: 'such as 512M' },
      { field: 'limits.cpu', label: 'CPU', hint: 'such as 150%' },
      { field: 'limits.processes', label: 'Processes', kind: 'number' },
      { field: 'limits.openFiles', label: 'Open files', kind: 'number' },
      { field: 'limits.output', label: 'Output', hint: 'kept bytes; default 64M', usual: '64M' },
      { field: 'nice', label: 'Nice', kind: 'number' },
      { field: 'umask', label: 'Umask', hint: 'octal, such as 027', usual: '022' },
      { field: 'isolate', label: 'Own process namespace', kind: 'check', cleared: false },
    ],
  },
  {
    title: 'Queue',
    options: [
      { field: 'priority', label: 'Priority', kind: 'number', hint: '−100 to 100, higher first', cleared: 0, usual: 0 },
      { field: 'concurrencyKey', label: 'Concurrency key', hint: 'one running run for each key' },
      { field: 'onConflict', label: 'If the key is taken', kind: 'choice', usual: 'queue', choices: [['', 'wait in the queue'], ['reject', 'refuse this run'], ['replace', 'stop the other one']] },
    ],
  },
];

export const OPTIONS = GROUPS.flatMap((group) => group.options);
