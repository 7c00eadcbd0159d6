package io.kfac.objective;

import io.kfac.model.Parameters;
import java.util.List;

/**
 * Points on lines from a query's parameters: at + share direction, for each direction and each share. Without hidden layers the
 * outputs move along with them, so that a whole line costs one product with the features.
 */
public record Lines(List<Parameters> directions, List<Double> shares) {
    public Lines {
        directions = List.copyOf(directions);
        shares = List.copyOf(shares);
    }

    int points() {
        return directions.size() * shares.size();
    }
}
