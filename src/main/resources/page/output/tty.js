/**
 * Makes the terminal a real one: keys and size go to the program while it runs.
 *
 * Only the tab that has the keyboard types, answers the program's questions and sets the size; other viewers
 * watch. Until the stream has caught up, nothing is answered: questions of the past have had their answers.
 */
export class Tty {
  #screen;
  #live;
  #size = '';
  #on = false;

  constructor(screen, live, leave) {
    this.#screen = screen;
    this.#live = live;
    const { terminal } = screen;
    terminal.onData((data) => this.#type(data));
    terminal.onBinary((data) => this.#type(data));
    terminal.textarea.addEventListener('focus', () => this.resize());
    terminal.attachCustomKeyEventHandler((event) => {
      if (!this.#on && (event.key === 'Tab' || event.ctrlKey || event.metaKey)) return false;
      if (event.ctrlKey && event.shiftKey && event.code === 'KeyE') {
        if (event.type === 'keydown') leave();
        event.preventDefault();
        return false;
      }
      // The browser's own copy and paste.
      return !(event.ctrlKey && event.shiftKey && (event.code === 'KeyC' || event.code === 'KeyV'));
    });
  }

  get on() {
    return this.#on;
  }

  /** From now on the program is listening. */
  begin() {
    if (this.#on) return;
    this.#on = true;
    this.#screen.terminal.options.disableStdin = false;
    this.resize();
  }

  /** The program has ended: what it asked of the terminal ends too. */
  end() {
    this.#on = false;
    this.#screen.terminal.options.disableStdin = true;
    this.#screen.terminal.write('\x1b[?1000;1002;1003;1006;2004l\x1b[?25l');
  }

  /** Tells the program the size of the terminal, if it is another one. */
  resize() {
    if (!this.#on) return;
    const { cols: columns, rows } = this.#screen.terminal;
    const size = `${columns}×${rows}`;
    if (size !== this.#size && this.#live().send({ type: 'resize', columns, rows })) this.#size = size;
  }

  /** The server takes 64 KiB at once: what is pasted may be longer. */
  #type(data) {
    if (!this.#on || !this.#screen.terminal.element.contains(document.activeElement)) return;
    for (const part of data.match(/[^]{1,16000}/gu) ?? []) this.#live().send({ type: 'input', data: part });
  }
}
