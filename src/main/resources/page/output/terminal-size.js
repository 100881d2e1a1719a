/**
 * How many columns and rows a terminal on this screen is likely to get; the run's page corrects it once it
 * is open. 7.83 × 17 CSS pixels is a cell of the 13 px font.
 */
export function terminalSize() {
  const width = Math.min(innerWidth, 1440) - (innerWidth >= 1080 ? 380 : 48);
  const height = innerHeight - 300;
  return {
    columns: Math.max(40, Math.min(240, Math.floor(width / 7.83))),
    rows: Math.max(12, Math.min(80, Math.floor(height / 17))),
  };
}
