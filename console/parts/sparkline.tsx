/** A row of figures as a small drawing, with the same in words for whoever cannot see it. */

const WIDTH = 96;
const HEIGHT = 22;

/** One bar for each figure; the newest is on the right. */
export function Sparkline({ figures, label }: { readonly figures: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...figures);
  const step = WIDTH / Math.max(1, figures.length);
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="currentColor" strokeOpacity={0.35} />
      {figures.map((figure, at) => {
        const height = figure === 0 ? 0 : Math.max(2, (figure / most) * (HEIGHT - 2));
        return (
          <rect
            key={at}
            x={at * step + 0.5}
            y={HEIGHT - 1 - height}
            width={Math.max(1, step - 1)}
            height={height}
            fill="currentColor"
            fillOpacity={at === figures.length - 1 ? 1 : 0.65}
          />
        );
      })}
    </svg>
  );
}
