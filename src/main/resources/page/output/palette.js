/** The sixteen colours of terminals, tuned to the two grounds; xterm corrects what is still too faint. */
const LIGHT = {
  background: '#ffffff', foreground: '#1f2629', selectionBackground: '#b5dfe8', cursor: '#0b6a7d', cursorAccent: '#ffffff',
  scrollbarSliderBackground: '#00000026', scrollbarSliderHoverBackground: '#00000040', scrollbarSliderActiveBackground: '#00000059',
  black: '#1f2629', red: '#b3261e', green: '#1d7a3e', yellow: '#8a6100', blue: '#1f5fb8', magenta: '#8c3aa3', cyan: '#0b6a7d', white: '#65717a',
  brightBlack: '#59656c', brightRed: '#c9362d', brightGreen: '#23873f', brightYellow: '#946a00', brightBlue: '#2d6fd0', brightMagenta: '#a04cb8', brightCyan: '#0e7c91', brightWhite: '#3d474c',
};
const DARK = {
  background: '#0c1012', foreground: '#d7dee1', selectionBackground: '#1f4a55', cursor: '#5cc3d6', cursorAccent: '#0c1012',
  scrollbarSliderBackground: '#ffffff26', scrollbarSliderHoverBackground: '#ffffff40', scrollbarSliderActiveBackground: '#ffffff59',
  black: '#2a3236', red: '#ff8a80', green: '#7fd08f', yellow: '#e5c07b', blue: '#82b1ff', magenta: '#d7a3e6', cyan: '#6fd3e3', white: '#c8d0d4',
  brightBlack: '#8a979d', brightRed: '#ffa59d', brightGreen: '#9be0a8', brightYellow: '#f2d398', brightBlue: '#a6c8ff', brightMagenta: '#e6bdf2', brightCyan: '#93e2ee', brightWhite: '#f3f6f7',
};

/** Read-only outputs have no cursor: it takes the colour of the ground. */
export function palette(dark, withCursor) {
  const colours = dark ? DARK : LIGHT;
  return withCursor ? colours : { ...colours, cursor: colours.background, cursorAccent: colours.foreground };
}
