package io.kfac.curvature;

import io.kfac.linalg.Matrix;
import io.kfac.model.Layer;
import io.kfac.model.Network;
import io.kfac.model.Parameters;
import java.util.ArrayList;
import java.util.List;

/** A rectangle of one layer's W: outputs [fromRow, toRow), columns [fromColumn, toColumn). */
public record ParameterBlock(int layer, int fromRow, int toRow, int fromColumn, int toColumn) {

    /** Every W cut into a grid of nearly equal rectangles, of at most so many outputs and columns. */
    public static List<ParameterBlock> grid(Network network, int outputs, int columns) {
        List<ParameterBlock> blocks = new ArrayList<>();
        for (int l = 0; l < network.depth(); l++) {
            blocks.addAll(grid(l, network.layer(l), outputs, columns));
        }
        return blocks;
    }

    /** Rectangles of at most so many parameters: whole layers where they fit, else whole outputs, else parts of outputs. */
    public static List<ParameterBlock> ofAtMost(int parameters, Network network) {
        List<ParameterBlock> blocks = new ArrayList<>();
        for (int l = 0; l < network.depth(); l++) {
            blocks.addAll(ofAtMost(parameters, l, network.layer(l)));
        }
        return blocks;
    }

    /** One W of layer l cut like that. */
    public static List<ParameterBlock> ofAtMost(int parameters, int l, Layer layer) {
        return grid(l, layer, Math.max(1, parameters / layer.columns()), parameters);
    }

    /** One W of layer l cut into such a grid. */
    public static List<ParameterBlock> grid(int l, Layer layer, int outputs, int columns) {
        List<ParameterBlock> into = new ArrayList<>();
        int rows = parts(layer.outputs(), outputs);
        int cols = parts(layer.columns(), columns);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                into.add(new ParameterBlock(
                        l,
                        start(r, rows, layer.outputs()),
                        start(r + 1, rows, layer.outputs()),
                        start(c, cols, layer.columns()),
                        start(c + 1, cols, layer.columns())));
            }
        }
        return into;
    }

    private static int parts(int length, int most) {
        return (int) ((length + (long) most - 1) / most);
    }

    private static int start(int part, int parts, int length) {
        return (int) ((long) length * part / parts);
    }

    public int rows() {
        return toRow - fromRow;
    }

    public int columns() {
        return toColumn - fromColumn;
    }

    public int size() {
        return Math.multiplyExact(rows(), columns());
    }

    /** The rectangle of the parameters' W: a view. */
    public Matrix of(Parameters parameters) {
        return parameters.layer(layer).rowRange(fromRow, toRow).colRange(fromColumn, toColumn);
    }

    /** {@code layer 1, outputs 0 to 9, columns 0 to 99}: for messages. */
    @Override
    public String toString() {
        return "layer %d, outputs %d to %d, columns %d to %d"
                .formatted(layer, fromRow, toRow - 1, fromColumn, toColumn - 1);
    }
}
