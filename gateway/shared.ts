/** One answer for everybody who asks within a moment. */

/**
 * Computes a value at most once in `freshMs`, however many ask; those who come while it is being computed wait for the same. A failure
 * is told to those who waited, and not kept.
 */
export class Shared<T> {
  private kept: { readonly value: Promise<T>; readonly atMs: number } | undefined;

  constructor(
    private readonly freshMs: number,
    private readonly compute: () => Promise<T>,
  ) {}

  get(): Promise<T> {
    const now = Date.now();
    if (this.kept && now - this.kept.atMs < this.freshMs) return this.kept.value;
    const value = this.compute();
    const kept = { value, atMs: now };
    this.kept = kept;
    value.catch(() => {
      if (this.kept === kept) this.kept = undefined;
    });
    return value;
  }
}
