package io.kfac.spark.data;

import io.kfac.spark.data.TableStatistics.ProbeSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Chooses the probes of a pass over a table. */
final class Probes {
    /** Categories of a column that are counted where the encoding is given and only unseen ones are of interest. */
    private static final int MOST_COUNTED = 10_000;

    private final StructType schema;
    private final String table;
    private final List<ProbeSlot> slots = new ArrayList<>();
    private final List<String> numberNames = new ArrayList<>();
    private final List<NumberReader> numberReaders = new ArrayList<>();

    private Probes(SourceRows source) {
        this.schema = source.schema();
        this.table = source.name();
    }

    /** To find out how the table can be encoded. */
    static List<ProbeSlot> toInfer(SourceRows source, TableLayout layout, DataOptions options) {
        Probes probes = new Probes(source);
        boolean refuse = options.encoding().impute() == Impute.REFUSE;
        for (String column : layout.features()) {
            DataType type = probes.schema.apply(column).dataType();
            int ordinal = probes.schema.fieldIndex(column);
            if (TextReader.isText(type)) {
                TextReader reader = TextReader.of(ordinal, type).orElseThrow();
                int limit = options.encoding().maxCategories();
                probes.slots.add(new ProbeSlot(column, new TextProbe(column, reader, limit, refuse)));
            } else if (VectorReader.of(ordinal, type).isPresent()) {
                VectorReader reader = VectorReader.of(ordinal, type).orElseThrow();
                probes.slots.add(new ProbeSlot(
                        column,
                        new VectorProbe(
                                column, reader, 0, false, options.target().wantsUnitFeatures())));
            } else {
                probes.number(column);
            }
        }
        return probes.finish(layout, options.encoding().impute(), options.target());
    }

    /** To check that the table can be encoded in a given way. */
    static List<ProbeSlot> toCheck(
            SourceRows source, TableLayout layout, DataEncoding encoding, Target target, boolean mayBeShort) {
        Probes probes = new Probes(source);
        boolean imputes = false;
        for (int k = 0; k < layout.features().size(); k++) {
            String column = layout.features().get(k);
            ColumnEncoding how = encoding.features().columns().get(k);
            DataType type = probes.schema.apply(column).dataType();
            int ordinal = probes.schema.fieldIndex(column);
            if (how instanceof ColumnEncoding.OneHot oneHot) {
                TextReader reader = TextReader.of(ordinal, type).orElseThrow(() -> probes.mismatch(column, "strings"));
                probes.slots.add(new ProbeSlot(
                        column,
                        new TextProbe(
                                column,
                                reader,
                                MOST_COUNTED,
                                oneHot.whenMissing().isEmpty())));
            } else if (how instanceof ColumnEncoding.VectorColumn vector) {
                VectorReader reader =
                        VectorReader.of(ordinal, type).orElseThrow(() -> probes.mismatch(column, "vectors"));
                probes.slots.add(new ProbeSlot(
                        column,
                        new VectorProbe(column, reader, vector.width(), mayBeShort, target.wantsUnitFeatures())));
            } else {
                imputes |= ((ColumnEncoding.Numeric) how).whenMissing().isPresent();
                probes.number(column);
            }
        }
        return probes.finish(layout, imputes ? Impute.ZERO : Impute.REFUSE, target);
    }

    private void number(String column) {
        int ordinal = schema.fieldIndex(column);
        numberNames.add(column);
        numberReaders.add(NumberReader.of(ordinal, schema.apply(column).dataType())
                .orElseThrow(() -> mismatch(column, "numbers")));
    }

    private BadInput mismatch(String column, String wanted) {
        return new BadInput("Cannot use column '%s' of %s: it is of type %s, and held %s in training"
                .formatted(column, table, schema.apply(column).dataType().simpleString(), wanted));
    }

    private List<ProbeSlot> finish(TableLayout layout, Impute impute, Target target) {
        slots.add(new ProbeSlot("", new NumbersProbe(numberNames, numberReaders, impute, target.wantsUnitFeatures())));
        if (!(target instanceof Target.Inputs)) {
            layout.target()
                    .ifPresent(column -> slots.add(new ProbeSlot(
                            column, target instanceof Target.Value value ? value(column, value) : label(column))));
        }
        return slots;
    }

    private ValueProbe value(String column, Target.Value target) {
        DataType type = schema.apply(column).dataType();
        NumberReader number = NumberReader.of(schema.fieldIndex(column), type)
                .orElseThrow(() ->
                        new BadInput("Cannot use column '%s' of %s as a value to predict: its type is %s, not numbers"
                                .formatted(column, table, type.simpleString())));
        return new ValueProbe(column, number, target.distribution());
    }

    private LabelProbe label(String column) {
        DataType type = schema.apply(column).dataType();
        int ordinal = schema.fieldIndex(column);
        TextReader text = TextReader.of(ordinal, type)
                .orElseThrow(
                        () -> new BadInput("Cannot use label column '%s' of %s: its type is %s, not numbers or strings"
                                .formatted(column, table, type.simpleString())));
        Optional<NumberReader> number = NumberReader.of(ordinal, type);
        boolean numeric = number.isPresent() && number.get().kind() != NumberReader.Kind.BOOLEAN;
        return new LabelProbe(
                column, numeric, number.orElse(new NumberReader(ordinal, NumberReader.Kind.DOUBLE, 0, 0)), text);
    }
}
