package io.kfac.optimizer;

/**
 * What workers did in many rounds of local steps.
 * @param rounds     so far
 * @param turns      of workers: what one of them did in one round
 * @param dropped    of these, left out; see {@link LocalRound}
 * @param scaledBack of these, that went part of their way
 */
public record LocalTotals(long rounds, long turns, long dropped, long scaledBack) {
    public static final LocalTotals NONE = new LocalTotals(0, 0, 0, 0);

    public LocalTotals plus(LocalRound round) {
        return new LocalTotals(
                rounds + 1, turns + round.workers(), dropped + round.dropped(), scaledBack + round.scaledBack());
    }

    /** Whether any worker came to less than it meant to. */
    public boolean astray() {
        return dropped + scaledBack > 0;
    }

    /** For people. */
    @Override
    public String toString() {
        return "of %,d turns of workers, %,d left out (not finite, or too far away), %,d scaled back"
                .formatted(turns, dropped, scaledBack);
    }
}
