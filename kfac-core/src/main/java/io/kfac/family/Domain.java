package io.kfac.family;

/** The numbers that a {@link Distribution} can take, or average to. */
public enum Domain {
    REAL("finite"),
    NOT_NEGATIVE("finite and not negative"),
    POSITIVE("finite and positive"),
    UNIT("in [0, 1]");

    private final String description;

    Domain(String description) {
        this.description = description;
    }

    /** Whether y is a possible target; never for NaN. */
    public boolean contains(double y) {
        boolean finite = Math.abs(y) <= Double.MAX_VALUE;
        return switch (this) {
            case REAL -> finite;
            case NOT_NEGATIVE -> finite && y >= 0;
            case POSITIVE -> finite && y > 0;
            case UNIT -> y >= 0 && y <= 1;
        };
    }

    /** In words: {@code finite and not negative}. */
    public String description() {
        return description;
    }

    /** The mean itself, or, where it lies on the edge of the domain, one a little inside, as R's starting values are. */
    double interior(double mean) {
        double inside = 0.1;
        return switch (this) {
            case REAL -> mean;
            case NOT_NEGATIVE, POSITIVE -> mean > 0 ? mean : inside;
            case UNIT -> mean > 0 && mean < 1 ? mean : Math.max(inside, Math.min(1 - inside, mean));
        };
    }
}
