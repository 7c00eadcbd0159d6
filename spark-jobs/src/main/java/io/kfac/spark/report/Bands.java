package io.kfac.spark.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A quantity of all runs of an optimizer as one line with a band: median, least and most over seeds at the same amount spent. */
final class Bands {
    private Bands() {}

    /**
     * As far as more than half of the runs go.
     * @param most points of the line, about; least and greatest values are kept
     */
    static CurveChart.Points of(List<Curve> curves, Across across, int most) {
        List<List<Curve.Point>> known = curves.stream()
                .map(curve -> curve.against(across))
                .filter(points -> !points.isEmpty())
                .toList();
        return known.size() > 1
                ? band(known, across, most)
                : line(known.stream().findFirst().orElse(List.of()), across, most);
    }

    private static CurveChart.Points line(List<Curve.Point> points, Across across, int most) {
        double[] x = points.stream().mapToDouble(p -> across.of(p.spent())).toArray();
        double[] y = points.stream().mapToDouble(Curve.Point::value).toArray();
        int[] kept = Downsample.extremes(most, y);
        return new CurveChart.Points(pick(x, kept), pick(y, kept));
    }

    private static CurveChart.Points band(List<List<Curve.Point>> known, Across across, int most) {
        double[] grid = known.stream()
                .flatMap(List::stream)
                .mapToDouble(point -> across.of(point.spent()))
                .sorted()
                .distinct()
                .toArray();
        List<double[]> values =
                known.stream().map(points -> Curve.at(points, across, grid)).toList();
        Spread[] spreads = IntStream.range(0, grid.length)
                .mapToObj(i -> Spread.of(values.stream().map(v -> v[i]).toList()))
                .toArray(Spread[]::new);
        int[] held = IntStream.range(0, grid.length)
                .filter(i -> 2 * spreads[i].known() > known.size())
                .toArray();
        double[] low = column(held, i -> spreads[i].least());
        double[] high = column(held, i -> spreads[i].most());
        int[] kept = IntStream.concat(
                        Arrays.stream(Downsample.extremes(most / 2, low)),
                        Arrays.stream(Downsample.extremes(most / 2, high)))
                .sorted()
                .distinct()
                .toArray();
        double[] median = column(held, i -> spreads[i].median());
        return new CurveChart.Points(
                pick(column(held, i -> grid[i]), kept), pick(median, kept), pick(low, kept), pick(high, kept));
    }

    private static double[] column(int[] at, java.util.function.IntToDoubleFunction value) {
        return Arrays.stream(at).mapToDouble(value).toArray();
    }

    static double[] pick(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
    }
}
