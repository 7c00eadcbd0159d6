package io.kfac.spark.ml;

import io.kfac.linalg.Precision;
import io.kfac.spark.data.BlockOptions;
import io.kfac.spark.data.Columns;
import io.kfac.spark.data.DataOptions;
import io.kfac.spark.data.Target;
import java.util.List;
import java.util.Optional;

/** How an estimator's table becomes blocks. */
final class FitData {
    private FitData() {}

    /**
     * The columns that the parameters name, in double where the exact optimum is asked for.
     * @param features column of vectors
     * @param offset   column, where there is one
     */
    static DataOptions of(KfacParams params, String features, Target target, Optional<String> offset) {
        boolean hidden = params.getHiddenLayers().length > 0;
        boolean exact = Optimizers.exact(params.getOptimizer(), hidden);
        Columns columns = Columns.all().withFeatures(List.of(features));
        if (offset.isPresent()) {
            columns = columns.withOffset(offset.get());
        }
        if (params.isDefined(params.weightCol()) && !params.getWeightCol().isEmpty()) {
            columns = columns.withWeight(params.getWeightCol());
        }
        DataOptions defaults = DataOptions.defaults();
        BlockOptions blocks = defaults.blocks()
                .withPrecision(exact ? Precision.DOUBLE : Precision.FLOAT)
                .withIntercept(params.getFitIntercept())
                .withPartitions(params.getNumPartitions());
        return defaults.with(target)
                .with(columns)
                .with(blocks)
                // Linear models: always, since it is the scale of the penalty alone that this parameter of MLlib's is
                // about.
                .with(defaults.encoding().withStandardize(!hidden || params.getStandardization()));
    }
}
