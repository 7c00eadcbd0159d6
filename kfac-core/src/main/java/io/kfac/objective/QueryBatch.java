package io.kfac.objective;

import io.kfac.curvature.CurvatureKind;
import io.kfac.linalg.Matrix;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Queries as they travel to where the rows are: every distinct parameter vector once, rounded to the network's precision. Those that
 * have that precision are not copied: a batch does not outlive the call that asks.
 */
public final class QueryBatch implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A query with indices for parameters; at most one curvature kind, as a list because Optional does not serialize. */
    private record Entry(
            int at,
            RowSelection rows,
            boolean gradient,
            boolean errors,
            List<CurvatureKind> curvature,
            int[] directions,
            int[] reference,
            int[] multiplied,
            int[] recession,
            int[] lines,
            double[] shares)
            implements Serializable {}

    private final Network network;
    private final ArrayList<Matrix> vectors = new ArrayList<>();
    private final ArrayList<Entry> entries = new ArrayList<>();
    /** At most one. */
    private final ArrayList<LocalWork> work = new ArrayList<>();

    public QueryBatch(Network network, List<Query> queries) {
        this(network, queries, Optional.empty());
    }

    /** @param local what partitions do besides, if anything */
    public QueryBatch(Network network, List<Query> queries, Optional<LocalWork> local) {
        this.network = network;
        local.ifPresent(work::add);
        IdentityHashMap<Parameters, Integer> known = new IdentityHashMap<>();
        for (Query query : queries) {
            Request what = query.what();
            int[] directions =
                    what.directions().stream().mapToInt(u -> add(u, known)).toArray();
            entries.add(new Entry(
                    add(query.at(), known),
                    query.rows(),
                    what.gradient(),
                    what.errors(),
                    what.curvature().stream().toList(),
                    directions,
                    what.reference().stream().mapToInt(r -> add(r, known)).toArray(),
                    what.multiplied().stream().mapToInt(v -> add(v, known)).toArray(),
                    what.recession().stream().mapToInt(d -> add(d, known)).toArray(),
                    what.lines().stream()
                            .flatMap(lines -> lines.directions().stream())
                            .mapToInt(d -> add(d, known))
                            .toArray(),
                    what.lines().stream()
                            .flatMap(lines -> lines.shares().stream())
                            .mapToDouble(share -> share)
                            .toArray()));
        }
    }

    private int add(Parameters parameters, IdentityHashMap<Parameters, Integer> known) {
        return known.computeIfAbsent(parameters, p -> {
            boolean asTheyAre = p.precision() == network.precision();
            vectors.add((asTheyAre ? p : p.to(network, network.precision())).flat());
            return vectors.size() - 1;
        });
    }

    public Network network() {
        return network;
    }

    /** What partitions do besides, if anything. */
    Optional<LocalWork> work() {
        return work.stream().findFirst();
    }

    /** Bytes of all parameter vectors, of what curvature kinds carry, and of the work that goes along. */
    public long bytes() {
        long carried = entries.stream()
                .flatMap(entry -> entry.curvature.stream())
                .mapToLong(CurvatureKind::carried)
                .sum();
        return ((long) vectors.size() * network.size() + carried)
                        * network.precision().bytes()
                + work.stream().mapToLong(LocalWork::bytes).sum();
    }

    /** Bytes of one partition's answer. */
    public long answerBytes() {
        long answers = queries().stream()
                .mapToLong(query -> {
                    SumsLayout layout = new SumsLayout(network, query.what());
                    return 8L * layout.scalars() + (long) network.precision().bytes() * layout.payload();
                })
                .sum();
        return answers + work.stream().mapToLong(LocalWork::answerBytes).sum();
    }

    /** The queries again, with parameters in the network's precision. */
    List<Query> queries() {
        List<Parameters> parameters =
                vectors.stream().map(v -> Parameters.of(network, v)).toList();
        return entries.stream()
                .map(e -> new Query(
                        parameters.get(e.at),
                        e.rows,
                        new Request(
                                e.gradient,
                                e.errors,
                                e.curvature.stream().findFirst(),
                                Arrays.stream(e.directions)
                                        .mapToObj(parameters::get)
                                        .toList(),
                                Arrays.stream(e.reference)
                                        .mapToObj(parameters::get)
                                        .findFirst(),
                                Arrays.stream(e.multiplied)
                                        .mapToObj(parameters::get)
                                        .findFirst(),
                                Arrays.stream(e.recession)
                                        .mapToObj(parameters::get)
                                        .findFirst(),
                                e.shares.length == 0
                                        ? Optional.empty()
                                        : Optional.of(new Lines(
                                                Arrays.stream(e.lines)
                                                        .mapToObj(parameters::get)
                                                        .toList(),
                                                Arrays.stream(e.shares).boxed().toList())))))
                .toList();
    }
}
